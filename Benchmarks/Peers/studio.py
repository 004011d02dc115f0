"""What programs do with MLflow's client, against a server: python studio.py PATH/TO/rlrun-server [--usage] [--mlflow] [--empty]

Every line is a check of what comes back; then the processor time of the server a call, and points a second through the client,
which --usage leaves out. With --mlflow the same is asked of MLflow's own server on SQLite, from the same environment. The client
without its models, mlflow-skinny, does all but those. With --empty only the client's speed is measured, against a server that keeps
nothing: no server is faster.
"""
import http.client
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import warnings

os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true", MLFLOW_HTTP_REQUEST_MAX_RETRIES="1")

import mlflow
from mlflow import MlflowClient

warnings.filterwarnings("ignore")
passed, failed = 0, []


def check(name, holds):
    global passed
    if holds:
        passed += 1
    else:
        failed.append(name)


def raises(name, code, call):
    try:
        call()
    except mlflow.exceptions.MlflowException as error:
        check(f"{name}: {error.error_code}", error.error_code == code)
    else:
        check(f"{name}: no error", False)


def usage(address):
    mlflow.set_tracking_uri(address)
    c = MlflowClient()
    eid=c.create_experiment("exp %f"%time.time(), tags={"a":"b"})
    e=c.get_experiment(eid)
    check("exp", e.tags=={"a":"b"} and e.lifecycle_stage=="active")
    check("by name", c.get_experiment_by_name(e.name).experiment_id==eid)
    check("none", c.get_experiment_by_name("nonesuch") is None)
    raises("dup","RESOURCE_ALREADY_EXISTS",lambda: c.create_experiment(e.name))
    c.set_experiment_tag(eid,"k","v")
    check("exp tag", c.get_experiment(eid).tags["k"]=="v")
    c.delete_experiment_tag(eid,"k")
    check("exp tag del","k" not in c.get_experiment(eid).tags)
    check("search exps", [x.name for x in c.search_experiments(filter_string="name = '%s'"%e.name)]==[e.name])
    check("search exps tag", e.name in [x.name for x in c.search_experiments(filter_string="tags.a = 'b' AND name LIKE 'exp%'")])
    check("default", c.get_experiment("0").name=="Default")
    mlflow.set_experiment(e.name)
    with mlflow.start_run(run_name="first", tags={"stage":"x"}) as r:
        mlflow.log_param("lr", 0.01); mlflow.log_params({"depth":3,"name":"abc","big":"1e-05","s":"0.10"})
        for i in range(5): mlflow.log_metric("loss", 1/(i+1), step=i)
        mlflow.log_metrics({"acc":.5,"nan":float("nan"),"inf":float("inf"),"ninf":float("-inf")}, step=7)
        mlflow.set_tag("t","v"); mlflow.set_tags({"u":"w"})
        mlflow.log_text("hello","dir/note.txt"); mlflow.log_dict({"a":1},"d.json")
        with mlflow.start_run(nested=True, run_name="child") as ch: mlflow.log_metric("m",2)
    rid=r.info.run_id
    g=c.get_run(rid)
    check("status", g.info.status=="FINISHED")
    check("name", g.info.run_name=="first")
    check("params", g.data.params=={"lr":"0.01","depth":"3","name":"abc","big":"1e-05","s":"0.10"})
    check("metrics", g.data.metrics["loss"]==.2 and g.data.metrics["acc"]==.5 and math.isnan(g.data.metrics["nan"]) and g.data.metrics["inf"]==math.inf and g.data.metrics["ninf"]==-math.inf)
    check("tags", g.data.tags["stage"]=="x" and g.data.tags["t"]=="v" and g.data.tags["u"]=="w")
    h=c.get_metric_history(rid,"loss")
    check("history",[ (m.step,m.value) for m in h]==[(i,1/(i+1)) for i in range(5)])
    check("artifacts", sorted(a.path for a in c.list_artifacts(rid))==["d.json","dir"])
    check("artifacts dir", [a.path for a in c.list_artifacts(rid,"dir")]==["dir/note.txt"])
    check("load text", mlflow.artifacts.load_text(g.info.artifact_uri+"/dir/note.txt")=="hello")
    p=c.download_artifacts(rid,"")
    check("download", open(p+"/dir/note.txt").read()=="hello")
    check("child", c.get_run(ch.info.run_id).data.tags["mlflow.parentRunId"]==rid)
    raises("param change","INVALID_PARAMETER_VALUE",lambda: c.log_param(rid,"lr",0.02))
    raises("no run","RESOURCE_DOES_NOT_EXIST",lambda: c.get_run("0"*32))
    raises("bad metric name","INVALID_PARAMETER_VALUE",lambda: c.log_metric(rid,"a?b",1.))
    c.delete_tag(rid,"t")
    check("tag gone","t" not in c.get_run(rid).data.tags)
    raises("tag missing","RESOURCE_DOES_NOT_EXIST",lambda: c.delete_tag(rid,"t"))
    S=lambda f="",**k:[x.info.run_id for x in c.search_runs([eid],f,**k)]
    check("search all", set(S())=={rid,ch.info.run_id})
    check("search metric", S("metrics.loss < 0.3")==[rid])
    check("search param", S("params.lr = '0.01'")==[rid])
    check("search like", S("params.name LIKE 'ab%'")==[rid])
    check("search ilike", S("params.name ILIKE 'AB%'")==[rid])
    check("search tag", S("tags.stage = 'x' and attributes.status = 'FINISHED'")==[rid])
    check("search backtick", S("tags.`mlflow.runName` = 'child'")==[ch.info.run_id])
    check("search id in", S("run_id IN ('%s')"%rid)==[rid])
    check("search name", S("run_name = 'first'")==[rid])
    check("search null", S("params.lr IS NULL")==[ch.info.run_id])
    check("order", S(order_by=["metrics.loss DESC"])[0]==rid)
    page=c.search_runs([eid],max_results=1)
    check("token", page.token is not None)
    page2=c.search_runs([eid],max_results=1,page_token=page.token)
    check("page2", page2.token is None and page2[0].info.run_id!=page[0].info.run_id)
    raises("bad filter","INVALID_PARAMETER_VALUE",lambda: S("metrics.loss < 'a'"))
    raises("bad filter2","INVALID_PARAMETER_VALUE",lambda: S("foo.bar = 1"))
    c.delete_run(rid)
    check("deleted", rid not in S())
    check("lifecycle", c.get_run(rid).info.lifecycle_stage=="deleted")
    check("deleted only", [x.info.run_id for x in c.search_runs([eid],run_view_type=2)]==[rid])
    raises("write deleted","INVALID_PARAMETER_VALUE",lambda: c.log_metric(rid,"a",1.))
    c.restore_run(rid)
    check("restored", rid in S())
    with mlflow.start_run(run_id=rid): mlflow.log_metric("after",1); check("running again", c.get_run(rid).info.status=="RUNNING")
    check("finished again", c.get_run(rid).info.status=="FINISHED")
    with mlflow.start_run() as rr:
        c.log_batch(rr.info.run_id, metrics=[mlflow.entities.Metric("b",float(i),1700000000000+i,i) for i in range(1000)], params=[mlflow.entities.Param("p%d"%i,str(i)) for i in range(0)])
    check("batch", len(c.get_metric_history(rr.info.run_id,"b"))==1000)
    try:
        with mlflow.start_run() as fr: raise ValueError()
    except ValueError: pass
    check("failed", c.get_run(fr.info.run_id).info.status=="FAILED")
    c.update_run(fr.info.run_id, name="renamed")
    check("renamed", c.get_run(fr.info.run_id).info.run_name=="renamed")
    # async
    with mlflow.start_run() as ar:
        fs=[mlflow.log_metric("x",i,step=i,synchronous=False) for i in range(50)]
        [f.wait() for f in fs if f is not None]
    check("async", len(c.get_metric_history(ar.info.run_id,"x"))==50)
    # registry
    name="model-%d"%time.time()
    c.create_registered_model(name,tags={"q":"1"},description="d")
    mv=c.create_model_version(name, source=g.info.artifact_uri+"/dir", run_id=rid, tags={"z":"1"})
    check("mv", str(mv.version)=="1" and mv.run_id==rid)
    c.set_registered_model_alias(name,"champion",1)
    check("alias", str(c.get_model_version_by_alias(name,"champion").version)=="1")
    check("aliases", c.get_registered_model(name).aliases=={"champion":"1"} or c.get_registered_model(name).aliases=={"champion":1})
    c.transition_model_version_stage(name,1,"Production")
    check("stage", c.get_model_version(name,1).current_stage=="Production")
    c.set_model_version_tag(name,1,"k","v")
    check("mvtag", c.get_model_version(name,1).tags=={"z":"1","k":"v"})
    check("mv search", len(c.search_model_versions("name='%s'"%name))==1)
    check("rm search", len(c.search_registered_models("name LIKE 'model-%'"))>=1)
    check("latest", str(c.get_latest_versions(name,["Production"])[0].version)=="1")
    check("uri", c.get_model_version_download_uri(name,1).endswith("/dir"))
    mv2=c.create_model_version(name, source=g.info.artifact_uri+"/dir", run_id=rid)
    c.delete_model_version(name,2)
    mv3=c.create_model_version(name, source=g.info.artifact_uri+"/dir", run_id=rid)
    check("numbers", str(mv3.version)=="3")
    raises("dup model","RESOURCE_ALREADY_EXISTS",lambda: c.create_registered_model(name))
    c.delete_registered_model_alias(name,"champion")
    check("alias gone", c.get_registered_model(name).aliases=={})
    c.delete_registered_model(name); raises("gone","RESOURCE_DOES_NOT_EXIST",lambda: c.get_registered_model(name))
    # logged models
    try:
        class M(mlflow.pyfunc.PythonModel):
            def predict(self, context, model_input, params=None): return model_input
        with mlflow.start_run() as mr:
            info=mlflow.pyfunc.log_model(name="mymodel", python_model=M(), registered_model_name=name+"x")
        check("model id", info.model_id is not None and info.model_id.startswith("m-"))
        lm=c.get_logged_model(info.model_id)
        check("lm ready", str(lm.status).endswith("READY"))
        check("lm run", lm.source_run_id==mr.info.run_id)
        back=mlflow.pyfunc.load_model(info.model_uri)
        check("load", back is not None)
        back=mlflow.pyfunc.load_model("models:/%s/1"%(name+"x"))
        check("load registered", back is not None)
        check("search lm", info.model_id in [m.model_id for m in c.search_logged_models([eid])])
        check("outputs", [o.model_id for o in c.get_run(mr.info.run_id).outputs.model_outputs]==[info.model_id])
        c.set_logged_model_tags(info.model_id,{"x":"y"})
        check("lm tag", c.get_logged_model(info.model_id).tags["x"]=="y")
    except (ImportError, AttributeError) as missing: print("no pyfunc:", missing)
    try:
        autologging(c)
    except ImportError as missing: print("no scikit-learn:", missing)
    c.rename_experiment(eid, e.name+" renamed")
    check("renamed experiment", c.get_experiment(eid).name==e.name+" renamed" and c.get_experiment_by_name(e.name) is None)
    check("its runs", rid in S())
    same=c.create_experiment(e.name)
    check("its old name is free", same!=eid and [x.info.run_id for x in c.search_runs([same])]==[])
    raises("rename missing","RESOURCE_DOES_NOT_EXIST",lambda: c.rename_experiment("999","x"))
    raises("rename taken","RESOURCE_ALREADY_EXISTS",lambda: c.rename_experiment(same, e.name+" renamed"))
    c.delete_experiment(same)
    raises("rename deleted","INVALID_STATE",lambda: c.rename_experiment(same, "other %f"%time.time()))
    c.delete_experiment(eid)
    check("exp deleted", c.get_experiment(eid).lifecycle_stage=="deleted")
    raises("create in deleted","INVALID_PARAMETER_VALUE",lambda: c.create_run(eid))
    c.restore_experiment(eid)
    check("exp restored", c.get_experiment(eid).lifecycle_stage=="active")
    raises("traces","NOT_IMPLEMENTED",lambda: c.search_traces(experiment_ids=[eid]))


def autologging(c):
    """What scikit-learn's estimators log by themselves."""
    from sklearn.linear_model import LogisticRegression
    mlflow.sklearn.autolog()
    try:
        with mlflow.start_run() as run:
            LogisticRegression(C=0.5).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
        logged = c.get_run(run.info.run_id)
        check("autolog params", logged.data.params["C"] == "0.5")
        check("autolog metrics", logged.data.metrics["training_accuracy_score"] == 1)
        check("autolog tags", logged.data.tags["estimator_name"] == "LogisticRegression")
        model = mlflow.sklearn.load_model(logged.outputs.model_outputs[0].model_id and f"models:/{logged.outputs.model_outputs[0].model_id}")
        check("autolog model", list(model.predict([[0.0], [3.0]])) == [0, 1])
    finally:
        mlflow.sklearn.autolog(disable=True)


def processor_seconds(pid):
    """Of a process and those it has started."""
    total, children = 0, [pid]
    while children:
        process = children.pop()
        fields = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
        children += [int(child) for child in open(f"/proc/{process}/task/{process}/children").read().split()]
    return total / os.sysconf("SC_CLK_TCK")


def speed(port, pid, calls):
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def post(path, body):
        connection.request("POST", "/api/2.0/mlflow/" + path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        data = response.read()
        assert response.status == 200, data
        return json.loads(data)

    experiment = post("experiments/create", {"name": f"speed {time.time()}"})["experiment_id"]
    run = post("runs/create", {"experiment_id": experiment, "start_time": 1})["run"]["info"]["run_id"]
    point = lambda step, key="m": {"key": key, "value": step / 3, "timestamp": 1700000000000 + step, "step": step}
    work = {
        "log-metric": (calls, lambda i: post("runs/log-metric", {"run_id": run, **point(i)})),
        "log-batch of 1,000": (
            max(5, calls // 20),
            lambda i: post("runs/log-batch", {"run_id": run, "metrics": [point(i * 1000 + k, f"b{k % 10}") for k in range(1000)]}),
        ),
    }
    for name, (count, call) in work.items():
        for i in range(5):
            call(i)
        before, start = processor_seconds(pid), time.time()
        for i in range(5, 5 + count):
            call(i)
        used = (processor_seconds(pid) - before) / count * 1000
        print(f"{name:20s} {used:8.3f} ms of processor time, {(time.time() - start) / count * 1000:8.3f} ms a call")


def client_speed(address, calls, keeps=True):
    """Points a second through MLflow's own client, and what twenty of them at once lose where the server keeps anything."""
    c = MlflowClient(tracking_uri=address)
    experiment = c.create_experiment(f"client {time.time()}")
    run = c.create_run(experiment).info.run_id
    start = time.time()
    for step in range(calls):
        c.log_metric(run, "m", step / 3, step=step)
    print(f"client, one by one   {calls / (time.time() - start):10,.0f} points/s")
    batches = max(3, calls // 20)
    start = time.time()
    for batch in range(batches):
        c.log_batch(run, [mlflow.entities.Metric("b", i / 3, 1700000000000 + i, batch * 1000 + i) for i in range(1000)])
    print(f"client, by thousands {1000 * batches / (time.time() - start):10,.0f} points/s")
    counts, errors = [calls // 10] * 20, []

    def work(number):
        try:
            own = c.create_run(experiment).info.run_id
            for step in range(counts[number]):
                c.log_metric(own, "m", step, step=step)
            if keeps and len(c.get_metric_history(own, "m")) != counts[number]:
                errors.append(f"client {number} lost points")
        except Exception as error:
            errors.append(f"client {number}: {error}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    start = time.time()
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(f"20 clients at once   {sum(counts) / (time.time() - start):10,.0f} points/s, {len(errors)} errors")
    for error in errors[:3]: print("  " + error[:200])
    check("20 clients at once", not errors)


def main():
    folder = tempfile.mkdtemp()
    if "--empty" in sys.argv:
        command = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "empty.py")]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            client_speed(f"http://127.0.0.1:{int(server.stdout.readline())}", 4000, keeps=False)
        finally:
            server.terminate()
            server.wait()
        return
    if "--mlflow" in sys.argv:
        port = 6107
        command = [os.path.join(os.path.dirname(sys.executable), "mlflow"), "server", "--port", str(port), "--workers", "1"]
        command += ["--backend-store-uri", f"sqlite:///{folder}/runs.db", "--artifacts-destination", folder + "/artifacts"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health")
                break
            except OSError:
                time.sleep(1)
        time.sleep(20)  # It goes on starting other processes.
    else:
        command = [sys.argv[1], "--store", folder + "/runs", "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        port = int(server.stdout.readline().split(":")[3].split("/")[0])
    try:
        usage(f"http://127.0.0.1:{port}")
        print(f"{passed} of {passed + len(failed)} checks hold")
        for name in failed:
            print(f"  {name}")
        if "--usage" not in sys.argv:
            calls = 400 if "--mlflow" in sys.argv else 4000
            speed(port, server.pid, calls)
            client_speed(f"http://127.0.0.1:{port}", calls)
    finally:
        server.terminate()
        server.wait()
    sys.exit(1 if failed and "--mlflow" not in sys.argv else 0)


main()
