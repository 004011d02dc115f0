"""Writes the bytes that ONNX's own library makes of the graph in ONNXGraphTests, for Tests/ONNXTests.

Run with any Python that has onnx 1.12 or newer: python3 Tests/Goldens/onnx_graph.py
"""

import pathlib

import numpy
from onnx import TensorProto, helper, numpy_helper

graph = helper.make_graph(
    [
        helper.make_node("Mul", ["x", "/constant_0"], ["/Mul_0"], name="/Mul_0"),
        helper.make_node("Cast", ["/Mul_0"], ["/Cast_0"], name="/Cast_0", to=TensorProto.FLOAT),
        helper.make_node("Identity", ["/Cast_0"], ["y"], name="y"),
    ],
    "g",
    [helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["batch"])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch"])],
    [numpy_helper.from_array(numpy.array(2.0), "/constant_0")],
)
model = helper.make_model(
    graph, producer_name="rlrun", ir_version=8,
    opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)])
data = model.SerializeToString()
lines = ["  " + " ".join(f"{byte}," for byte in data[start : start + 20]) for start in range(0, len(data), 20)]
target = pathlib.Path(__file__).parents[1] / "ONNXTests" / "RecordedGraph.swift"
target.write_text(
    "\n".join(["// By Tests/Goldens/onnx_graph.py.", "let recordedGraph: [UInt8] = [", *lines, "]"]) + "\n")
