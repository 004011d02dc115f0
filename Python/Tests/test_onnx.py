"""Policies and models as ONNX models, beside what rlrun itself says: every agent, every native environment, every model."""

import contextlib
import json
import os
import pathlib
import shutil
import struct
import subprocess

import gymnasium
import numpy as np
import onnxruntime
import pandas
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

import rlrun
import rlrun.sklearn as models
from rlrun import _spaces
from rlrun._library import Error, Handle, call, failure, library, taken
from rlrun.policies import Policy

COUNT = 1_000


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options)


def outputs(session, inputs):
    return dict(zip([one.name for one in session.get_outputs()], session.run(None, inputs)))


# MARK: Policies

#: What each agent learns in; one that is missing here fails the test below.
ENVIRONMENTS = {
    "ppo": ["CartPole-v1", "Pendulum-v1", "Blackjack-v1", "Taxi-v4"], "a2c": ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1"],
    "reinforce": ["CartPole-v1"], "dqn": ["CartPole-v1", "FrozenLake-v1"], "sac": ["Pendulum-v1"], "td3": ["Pendulum-v1"],
    "ddpg": ["Pendulum-v1"], "q_learning": ["FrozenLake-v1"], "sarsa": ["FrozenLake-v1"], "expected_sarsa": ["FrozenLake-v1"],
    "double_q": ["FrozenLake-v1"], "monte_carlo": ["FrozenLake-v1"], "value_iteration": ["FrozenLake-v1"],
    "policy_iteration": ["FrozenLake-v1"],
}


def train(agent, environment, store, steps=600, **values):
    started = call(
        "training.start", store=store, experiment="onnx", name="", tags={}, agent=agent, environment=environment,
        values=dict(values, n_timesteps=steps), seed=1, evaluationFrequency=0, evaluationEpisodes=0, finalEpisodes=0, source=None)
    handle = Handle(started["handle"])
    if library.rlrun_train(handle.number, None):
        raise failure()
    return started["run"]


def sampled(space, count=COUNT):
    space.seed(7)
    return [space.sample() for _ in range(count)]


def flat(space, members):
    rows = np.empty((len(members), _spaces.width(_description(space))), np.float32)
    if isinstance(space, (gymnasium.spaces.Dict, gymnasium.spaces.Tuple)):
        write = _spaces.writer(space)
        for row, member in zip(rows, members):
            write(row, member)
        return rows
    return np.asarray(members, np.float32).reshape(len(members), -1)


def _description(space):
    return _spaces.describe(space)


def leaves(space, members, name="observation", part=False):
    """The inputs, as Gymnasium batches a space's parts."""
    if isinstance(space, gymnasium.spaces.Dict):
        inputs = {}
        for key, inner in space.spaces.items():
            own = f"{name}.{key}" if part else key
            inputs |= leaves(inner, [member[key] for member in members], own, True)
        return inputs
    if isinstance(space, gymnasium.spaces.Tuple):
        inputs = {}
        for place, inner in enumerate(space.spaces):
            own = f"{name}.{place}" if part else f"{name}_{place}"
            inputs |= leaves(inner, [member[place] for member in members], own, True)
        return inputs
    batch = np.asarray(members)
    kinds = {gymnasium.spaces.Discrete: np.int64, gymnasium.spaces.MultiDiscrete: np.int64, gymnasium.spaces.MultiBinary: np.int8}
    batch = batch.astype(kinds.get(type(space), np.float32))
    return {name: batch if batch.ndim == 1 else batch.reshape(len(members), -1)}


def compare(policy, path, rows, inputs, masks=None):
    """Chosen numbers are the same but where two are equally good to the sixth digit; others to 1e-5."""
    found = session(path)
    assert [one.name for one in found.get_inputs()][: len(inputs)] == list(inputs)
    given = dict(inputs) if masks is None else {**inputs, "action_mask": masks}
    said = outputs(found, given)
    expected = policy.act(rows, action_masks=masks)
    actions = said["action"].reshape(len(rows), -1)
    if policy._actions["kind"] == "box":
        assert said["action"].dtype == np.float32
        np.testing.assert_allclose(actions, expected, rtol=1e-5, atol=1e-5)
        return said
    differ = (actions != expected).any(axis=1)
    if differ.any():
        values = said.get("logits", said.get("q_values"))
        best = np.sort(values[differ], axis=1)
        assert (best[:, -1] - best[:, -2] < 1e-6).all() and differ.sum() < 3
    # A row alone is a batch, too.
    one = outputs(found, {name: value[:1] for name, value in given.items()})
    assert one["action"].shape == said["action"][:1].shape
    return said


def test_every_agent_is_here():
    assert set(ENVIRONMENTS) == set(call("agents.list"))


@pytest.mark.parametrize("agent", ENVIRONMENTS)
def test_trained_policies_act_the_same(agent, store, tmp_path):
    for environment in ENVIRONMENTS[agent]:
        run = train(agent, environment, store)
        policy = rlrun.load_policy(run)
        path = tmp_path / "policy.onnx"
        policy.to_onnx(path)
        members = sampled(policy.observation_space)
        said = compare(policy, path, flat(policy.observation_space, members), leaves(policy.observation_space, members))
        assert {"dqn": "q_values", "sac": "log_std"}.get(agent, "action") in said
        metadata = session(path).get_modelmeta()
        assert metadata.producer_name == "rlrun"
        assert metadata.custom_metadata_map["rlrun.environment"] == policy.environment
        assert metadata.custom_metadata_map["rlrun.run"] == f"{run}:last"


def test_policies_of_every_environment_act_the_same(tmp_path):
    kinds = set()
    for environment in rlrun.environments():
        for agent in ("ppo", "sac", "dqn", "q_learning"):
            try:
                policy = Policy(call("policy.fresh", agent=agent, environment=environment, values={}, seed=3))
            except Error:
                continue
            path = tmp_path / "policy.onnx"
            policy.to_onnx(path)
            space = policy.observation_space
            members = sampled(space)
            compare(policy, path, flat(space, members), leaves(space, members))
            kinds |= {policy._observations["kind"], policy._actions["kind"]}
    assert kinds >= {"box", "discrete", "multiDiscrete", "dict"}, kinds


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "gelu", "silu"])
def test_activations_are_the_same(activation, tmp_path):
    policy = Policy(call(
        "policy.fresh", agent="ppo", environment="CartPole-v1", values={"activation_fn": activation, "net_arch": [32, 16]}, seed=3))
    policy.to_onnx(tmp_path / "policy.onnx")
    rows = np.random.default_rng(1).normal(size=(COUNT, 4)).astype(np.float32)
    compare(policy, tmp_path / "policy.onnx", rows, {"observation": rows})


def checkpoint(run, store):
    data = taken(call("policy.checkpoint", store=store, run=run))
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length])["__metadata__"]


def test_normalised_observations_are_normalised_in_the_graph(store, tmp_path):
    rng = np.random.default_rng(1)
    rows = (rng.normal(size=(COUNT, 3)) * [1, 1, 8]).astype(np.float32)
    # By the agent, which its policy does itself.
    policy = rlrun.load_policy(train("ppo", "Pendulum-v1", store, normalize=True))
    policy.to_onnx(tmp_path / "policy.onnx")
    compare(policy, tmp_path / "policy.onnx", rows, {"observation": rows})
    # By the environment, whose observations the policy gets.
    run = train("ppo", "Pendulum-v1:normalize_observation=true", store)
    policy = rlrun.load_policy(run)
    policy.to_onnx(tmp_path / "policy.onnx")
    moments = json.loads(checkpoint(run, store)["world_statistics"])["observation"]
    scaled = (rows - np.array(moments["means"])) * (1 / np.sqrt(np.array(moments["variances"]) + 1e-8))
    expected = policy.act(scaled.astype(np.float32))
    said = outputs(session(tmp_path / "policy.onnx"), {"observation": rows})
    np.testing.assert_allclose(said["action"], expected, rtol=1e-5, atol=1e-5)


def test_a_policy_in_training_is_exported(tmp_path):
    from rlrun.sb3 import PPO

    model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, seed=1).learn(128)
    model.policy.to_onnx(tmp_path / "policy.onnx")
    rows = np.random.default_rng(1).normal(size=(COUNT, 4)).astype(np.float32)
    compare(model.policy, tmp_path / "policy.onnx", rows, {"observation": rows})


def test_masked_actions_are_not_chosen(store, tmp_path):
    policy = rlrun.load_policy(train("ppo", "Taxi-v4", store, mask_actions=True))
    policy.to_onnx(tmp_path / "policy.onnx")
    rng = np.random.default_rng(1)
    members = sampled(policy.observation_space)
    masks = rng.random((COUNT, 6)) < 0.5
    masks[:, 0] |= ~masks.any(axis=1)
    said = compare(policy, tmp_path / "policy.onnx", flat(policy.observation_space, members), {"observation": np.asarray(members, np.int64)}, masks)
    assert masks[np.arange(COUNT), said["action"]].all()


# MARK: Models fitted to arrays

NAMES = models.__all__
CLASSIFIERS = [name for name in NAMES if name.endswith("Classifier")]
REGRESSORS = [name for name in NAMES if name.endswith("Regressor")]
OTHERS = sorted(set(NAMES) - set(CLASSIFIERS) - set(REGRESSORS))
#: Sums of double precision, so that what is rounded to single precision in the end is the same number.
EXACT = ("GBDT", "RandomForest", "ExtraTrees", "DecisionTree", "KNeighbors")


def check_classifier(estimator, x, path):
    estimator.to_onnx(path)
    said = outputs(session(path), {"X": x})
    expected = estimator._outputs(x).astype(np.float32)
    if type(estimator).__name__.startswith(EXACT):
        np.testing.assert_array_equal(said["probabilities"], expected)
    else:
        np.testing.assert_allclose(said["probabilities"], expected, rtol=1e-4, atol=2e-6)
    labels = estimator.predict(x)
    best = np.sort(expected, axis=1)
    clear = best[:, -1] - best[:, -2] > 1e-5
    np.testing.assert_array_equal(said["label"][clear], labels[clear].astype(said["label"].dtype))
    # Where classes are equally probable the first is taken, by both.
    alike = (best[:, -1] == best[:, -2]) & (said["probabilities"] == expected).all(axis=1)
    np.testing.assert_array_equal(said["label"][alike], labels[alike].astype(said["label"].dtype))


def check_regressor(estimator, x, path):
    estimator.to_onnx(path)
    said = outputs(session(path), {"X": x})["prediction"]
    expected = estimator.predict(x).astype(np.float32)
    if type(estimator).__name__.startswith(EXACT):
        np.testing.assert_array_equal(said, expected)
    else:
        np.testing.assert_allclose(said, expected, rtol=2e-5, atol=2e-5 * np.abs(expected).max())


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifiers_are_the_same(name, tmp_path):
    for load in (load_breast_cancer, load_iris):
        x, y = load(return_X_y=True)
        check_classifier(getattr(models, name)().fit(x, y), x, tmp_path / "model.onnx")


@pytest.mark.parametrize("name", REGRESSORS)
def test_regressors_are_the_same(name, tmp_path):
    x, y = load_diabetes(return_X_y=True)
    check_regressor(getattr(models, name)().fit(x, y), x, tmp_path / "model.onnx")


@pytest.mark.parametrize("name", OTHERS)
def test_other_models_are_the_same(name, tmp_path):
    x, _ = load_iris(return_X_y=True)
    estimator = getattr(models, name)().fit(x)
    estimator.to_onnx(tmp_path / "model.onnx")
    said = np.column_stack(list(outputs(session(tmp_path / "model.onnx"), {"X": x}).values()))
    np.testing.assert_allclose(said, estimator._outputs(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("estimator", [
    models.SGDClassifier(loss="modified_huber"), models.SGDClassifier(loss="hinge"), models.KNeighborsClassifier(weights="distance"),
    models.KNeighborsClassifier(metric="manhattan"), models.NaiveBayesClassifier(numbers="multinomial"),
    models.NaiveBayesClassifier(numbers="bernoulli"), models.MLPClassifier(activation="gelu", dropout=0.1, epochs=20),
    models.MLPClassifier(input_clip=2.0, epochs=20), models.GBDTClassifier(n_estimators=3, num_leaves=2),
], ids=str)
def test_settings_of_classifiers_are_the_same(estimator, tmp_path):
    for load in (load_breast_cancer, load_iris):
        x, y = load(return_X_y=True)
        check_classifier(estimator.fit(x, y), x, tmp_path / "model.onnx")


@pytest.mark.parametrize("objective", ["regression", "regression_l1", "huber", "quantile", "poisson", "gamma", "tweedie"])
def test_objectives_are_the_same(objective, tmp_path):
    x, y = load_diabetes(return_X_y=True)
    estimator = models.GBDTRegressor(objective=objective, n_estimators=20).fit(x, y)
    estimator.to_onnx(tmp_path / "model.onnx")
    said = outputs(session(tmp_path / "model.onnx"), {"X": x})["prediction"]
    np.testing.assert_allclose(said, estimator.predict(x), rtol=2e-7)


@pytest.mark.parametrize("name", ["GBDTClassifier", "NaiveBayesClassifier"])
def test_missing_values_go_the_same_way(name, tmp_path):
    x, y = load_iris(return_X_y=True)
    x[np.random.default_rng(1).random(x.shape) < 0.2] = np.nan
    check_classifier(getattr(models, name)().fit(x, y), x, tmp_path / "model.onnx")


def test_thresholds_and_infinities_are_compared_as_doubles(tmp_path):
    rng = np.random.default_rng(1)
    # Numbers that single precision does not tell apart.
    x = 1 + rng.integers(0, 8, (400, 3)) * 1e-12
    y = (x[:, 0] > 1 + 3e-12) ^ (x[:, 1] > 1 + 5e-12)
    estimator = models.GBDTClassifier(n_estimators=10, min_data_in_leaf=1).fit(x, y)
    assert (estimator.predict(x) == y).mean() > 0.95
    # The estimators themselves take no infinities.
    x[0], x[1], x[2] = np.inf, -np.inf, np.nan
    estimator.to_onnx(tmp_path / "model.onnx")
    said = outputs(session(tmp_path / "model.onnx"), {"X": x})["probabilities"]
    np.testing.assert_array_equal(said, estimator.model_.outputs(x))


def test_labels_are_texts_or_whole_numbers(tmp_path):
    x, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    check_classifier(models.LogisticClassifier().fit(x, names), x, tmp_path / "model.onnx")
    check_classifier(models.LogisticClassifier().fit(x, y > 0), x, tmp_path / "model.onnx")
    check_classifier(models.LogisticClassifier().fit(x, y * 10.0), x, tmp_path / "model.onnx")


# MARK: Models of runs

PROGRAM = os.environ.get("RLRUN") or shutil.which("rlrun")
with_program = pytest.mark.skipif(PROGRAM is None, reason="the program rlrun is not there: make build, or set RLRUN")


def frame(count, seed, seen=True):
    rng = np.random.default_rng(seed)
    days = pandas.to_datetime("2021-03-01") + pandas.to_timedelta(rng.integers(0, 1200, count) * 86400 + rng.integers(0, 86400, count), unit="s")
    data = pandas.DataFrame({
        "width": rng.normal(3, 2, count), "height": rng.lognormal(1, 1, count), "count": rng.integers(0, 9, count),
        "colour": rng.choice(["red", "green", "blau grün", "é"], count), "size": rng.choice(["S", "M", "L"], count, p=[0.7, 0.2, 0.1]),
        "when": days.strftime("%Y-%m-%d %H:%M:%S"),
    })
    score = data["width"] + (data["colour"] == "red") * 2 + np.log(data["height"]) + rng.normal(0, 0.5, count)
    data["kind"] = np.where(score > 4.5, "large", np.where(score > 3, "middling", "small"))
    data["price"] = score
    for column in ("width", "height", "colour", "when"):
        data.loc[rng.random(count) < 0.08, column] = None
    if not seen:
        data.loc[rng.random(count) < 0.1, "colour"] = "purple"
    return data


def fit(tmp_path, store, target, model, *options):
    others = {"kind": "price", "price": "kind"}
    frame(700, 1).to_csv(tmp_path / "data.csv", index=False)
    command = [PROGRAM, "fit", str(tmp_path / "data.csv"), "--model", model, "--store", store, "--seed", "1"]
    command += ["--target", target, "--drop", others[target]] if target else ["--drop", "kind", "--drop", "price"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    return rlrun.load_model("latest")


def inputs(model, session, data):
    given = {}
    for one in session.get_inputs():
        column = data[one.name]
        if one.type == "tensor(string)":
            given[one.name] = np.array(["" if value is None or value != value else str(value) for value in column], object)
        elif one.name == "when":
            seconds = pandas.to_datetime(column)
            given[one.name] = ((seconds - pandas.Timestamp(0)) / pandas.Timedelta(seconds=1)).to_numpy(np.float64)
        else:
            given[one.name] = column.to_numpy(np.float64)
    return given


def check_model(model, tmp_path, data, exact=False):
    path = tmp_path / "model.onnx"
    model.to_onnx(path)
    found = session(path)
    assert [one.name for one in found.get_inputs()] == model.inputs
    said, expected = outputs(found, inputs(model, found, data)), model.predict(data)
    if "label" in said:
        classes = json.loads(found.get_modelmeta().custom_metadata_map["rlrun.classes"])
        probabilities = expected[[f"probability_{name}" for name in classes]].to_numpy(np.float32)
        labels = expected[[name for name in expected if name.startswith("predicted_")][0]].to_numpy()
        np.testing.assert_allclose(said["probabilities"], probabilities, rtol=0 if exact else 1e-4, atol=0 if exact else 2e-6)
        best = np.sort(probabilities, axis=1)
        clear = best[:, -1] - best[:, -2] > 1e-5
        np.testing.assert_array_equal(said["label"][clear], labels[clear])
        return
    values = np.column_stack(list(said.values()))
    numbers = expected.to_numpy(np.float32)[:, : values.shape[1]]
    np.testing.assert_allclose(values, numbers, rtol=0 if exact else 2e-5, atol=0 if exact else 2e-5 * np.abs(numbers).max())


@with_program
@pytest.mark.parametrize("model", [one["name"] for one in call("models.list")])
def test_models_of_tables_are_the_same(model, store, tmp_path):
    (described,) = [one for one in call("models.list") if one["name"] == model]
    targets = {"classification": "kind", "regression": "price"}
    exact = model in ("gbdt", "random_forest", "extra_trees", "decision_tree")
    for target in [targets[task] for task in described["tasks"] if task in targets] if described["tasks"] else [None]:
        # Rows as they were, with categories that were not there, and dates of other years.
        check_model(fit(tmp_path, store, target, model), tmp_path, frame(COUNT, 2, seen=False), exact)
    if "quantile" in described["tasks"]:
        fitted = fit(tmp_path, store, "price", model, "--task", "quantile")
        with pytest.raises(Error, match="a model of quantiles has no form in ONNX yet"):
            fitted.to_onnx(tmp_path / "model.onnx")


PIPELINES = {
    "imputed and scaled": "- impute: {columns: [width, height], add_indicator: true}\n- standard: {columns: [width]}\n- min_max: {columns: [count], clip: true}\n- robust: {columns: [height]}",
    "logarithms and powers": "- impute: {strategy: median, columns: [width, height]}\n- log: {columns: [count]}\n- power: {columns: [width]}\n- power: {columns: [height], method: box-cox}",
    "words": "- impute: {strategy: most_frequent, columns: [colour]}\n- rare: {columns: [size], min_frequency: 0.15}\n- one_hot: {columns: [colour, size], handle_unknown: ignore, drop: first}",
    "numbers for words": "- ordinal: {columns: [colour], handle_unknown: use_encoded_value, unknown_value: -1}\n- target: {columns: [size]}",
    "counted words": "- frequency: {columns: [colour]}\n- one_hot: {columns: [size], max_categories: 2, handle_unknown: infrequent_if_exist}",
    "products": "- impute: {columns: [width, height]}\n- polynomial: {columns: [width, height, count], include_bias: false}\n- pca: {columns: [width, height, count], n_components: 2}",
    "intervals": "- bins: {columns: [count], encode: ordinal}\n- bins: {columns: [height], n_bins: 3}\n- drop: {columns: [when]}",
}


@with_program
@pytest.mark.parametrize("model", ["gbdt", "logistic"])
@pytest.mark.parametrize("steps", PIPELINES.values(), ids=PIPELINES)
def test_pipelines_are_in_the_graph(steps, model, store, tmp_path):
    (tmp_path / "steps.yaml").write_text("steps:\n" + steps + "\n")
    fitted = fit(tmp_path, store, "kind", model, "--pipeline", str(tmp_path / "steps.yaml"))
    check_model(fitted, tmp_path, frame(COUNT, 2, seen=False))


@with_program
@pytest.mark.parametrize("options", [
    ("--folds", "3"), ("--calibrate", "isotonic"), ("--calibrate", "platt"), ("--calibrate", "temperature"),
], ids=str)
def test_folds_and_calibrations_are_in_the_graph(options, store, tmp_path):
    check_model(fit(tmp_path, store, "kind", "gbdt", *options), tmp_path, frame(COUNT, 2, seen=False))


@with_program
def test_refused_categories_end_a_prediction(store, tmp_path):
    model = fit(tmp_path, store, "kind", "logistic", "--unseen-categories", "refused")
    check_model(model, tmp_path, frame(COUNT, 2))
    found, data = session(tmp_path / "model.onnx"), frame(50, 2, seen=False)
    with pytest.raises(Exception, match="'colour' has a category that no training row had"):
        found.run(None, inputs(model, found, data))


@with_program
def test_what_onnx_does_not_express_is_said(store, tmp_path):
    (tmp_path / "steps.yaml").write_text("steps:\n- impute: {columns: [width, height]}\n- quantile: {columns: [width]}\n")
    model = fit(tmp_path, store, "kind", "gbdt", "--pipeline", str(tmp_path / "steps.yaml"))
    with pytest.raises(Error, match=r"step 2 of the pipeline \(quantile\) has no form in ONNX"):
        model.to_onnx(tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()
