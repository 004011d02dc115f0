"""Chromium over its DevTools protocol, with the standard library alone."""

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request


class Browser:
    def __init__(self, program=None):
        program = program or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not program:
            raise SystemExit("there is no Chromium: apt install chromium")
        self.folder = tempfile.mkdtemp(prefix="rlrun-browser-")
        self.complaints = []
        self.last = 0
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0",
             f"--user-data-dir={self.folder}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port, path = self._address()
        self.connection = socket.create_connection(("127.0.0.1", port))
        self.connection.settimeout(120)
        self.connection.sendall(
            (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        self.bytes = b""
        while b"\r\n\r\n" not in self.bytes:
            self.bytes += self.connection.recv(4096)
        self.bytes = self.bytes.split(b"\r\n\r\n", 1)[1]
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")

    def _address(self):
        file = os.path.join(self.folder, "DevToolsActivePort")
        for _ in range(400):
            if os.path.exists(file) and len(open(file).read().split()) >= 2:
                break
            time.sleep(0.05)
        port = int(open(file).read().split()[0])
        for _ in range(100):
            pages = [page for page in json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json")) if page["type"] == "page"]
            if pages:
                return port, pages[0]["webSocketDebuggerUrl"].split(str(port), 1)[1]
            time.sleep(0.1)
        raise SystemExit("Chromium shows no page")

    def _take(self, count):
        while len(self.bytes) < count:
            part = self.connection.recv(1 << 20)
            if not part:
                raise EOFError
            self.bytes += part
        taken, self.bytes = self.bytes[:count], self.bytes[count:]
        return taken

    def _receive(self):
        text = b""
        while True:
            first, length = self._take(2)
            length &= 127
            if length == 126:
                length = struct.unpack(">H", self._take(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self._take(8))[0]
            text += self._take(length)
            if first & 128:
                return json.loads(text)

    def _note(self, message):
        method = message.get("method")
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(message["params"]["exceptionDetails"])[:400])
        elif method == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
            self.complaints.append(message["params"]["entry"]["text"][:300])
        elif method == "Page.javascriptDialogOpening":
            self.call("Page.handleJavaScriptDialog", accept=True)

    def call(self, method, **parameters):
        self.last += 1
        number = self.last
        data = json.dumps({"id": number, "method": method, "params": parameters}).encode()
        size = len(data)
        if size < 126:
            head = bytes([129, 128 | size])
        elif size < 65536:
            head = bytes([129, 254]) + struct.pack(">H", size)
        else:
            head = bytes([129, 255]) + struct.pack(">Q", size)
        self.connection.sendall(head + b"\0\0\0\0" + data)
        while True:
            message = self._receive()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self._note(message)

    def go(self, address):
        self.js("window.isOld = true")
        self.call("Page.navigate", url=address)
        self.wait("!window.isOld && document.readyState === 'complete'", seconds=60)

    def js(self, code, awaits=False):
        result = self.call("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=awaits)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:800])
        return result["result"].get("value")

    def wait(self, condition, seconds=60, what=None):
        """Until the condition holds; returns after how many seconds."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            try:
                if self.js(f"Boolean({condition})"):
                    return time.monotonic() - start
            except RuntimeError as error:
                # A page that is being left.
                if "context" not in str(error):
                    raise
            time.sleep(0.03)
        raise AssertionError(f"not within {seconds} s: {what or condition}")

    def key(self, text):
        self.call("Input.dispatchKeyEvent", type="keyDown", key=text, text=text if len(text) == 1 else None or ("\r" if text == "Enter" else ""))
        self.call("Input.dispatchKeyEvent", type="keyUp", key=text)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self, is_dark):
        value = "dark" if is_dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        self.connection.close()
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
