"""A server that answers the calls of MLflow's client at once and keeps nothing: the limit of the client's own speed.

    python empty.py        prints the port it listens on

It reads no more of a request than its length, and answers each path with a form of which only the ids are filled in.
"""
import json
import socket
import threading

RUN = {
    "info": {
        "run_id": "0" * 32, "run_uuid": "0" * 32, "run_name": "empty", "experiment_id": "1", "user_id": "u", "status": "RUNNING",
        "start_time": 1, "artifact_uri": "mlflow-artifacts:/1", "lifecycle_stage": "active",
    },
    "data": {},
}
ANSWERS = {b"experiments/create": {"experiment_id": "1"}, b"runs/create": {"run": RUN}, b"runs/get": {"run": RUN}}


def response(body):
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


FILLED = {path: response(json.dumps(form).encode()) for path, form in ANSWERS.items()}
EMPTY = response(b"{}")


def serve(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting = b""
    with connection:
        while True:
            while (end := waiting.find(b"\r\n\r\n")) < 0:
                more = connection.recv(1 << 18)
                if not more:
                    return
                waiting += more
            head = waiting[:end].lower()
            place = head.find(b"\r\ncontent-length:")
            length = int(head[place + 17:].split(b"\r\n", 1)[0]) if place >= 0 else 0
            missing = end + 4 + length - len(waiting)
            while missing > 0:
                more = connection.recv(1 << 18)
                if not more:
                    return
                missing -= len(more)
                waiting += more
            waiting = waiting[end + 4 + length:]
            path = head.split(b" ", 2)[1].partition(b"?")[0].partition(b"/mlflow/")[2]
            connection.sendall(FILLED.get(path, EMPTY))


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


main()
