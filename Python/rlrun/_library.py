"""The native library, called by ctypes: JSON requests, and columns of numbers that NumPy arrays show without a copy."""

from __future__ import annotations

import ctypes
import json
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np

INTERFACE = 1


class Error(Exception):
    """What rlrun could not do, in one sentence that says what is wrong and what to do.

    >>> import rlrun
    >>> try:
    ...     rlrun.make_vec("CartPole-v2", 1)
    ... except rlrun.Error as error:
    ...     print(error)
    there is no environment 'CartPole-v2'; did you mean 'CartPole-v1'?
    """


def _path() -> Path:
    given = os.environ.get("RLRUN_LIBRARY_PATH")
    return Path(given) if given else Path(__file__).parent / "_native" / "librlrun.so"


def _load() -> ctypes.CDLL:
    path = _path()
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        # On a system without GCC's libraries those of the wheel do.
        for name in ("libgcc_s.so.1", "libstdc++.so.6"):
            if name in str(error) and (path.parent / "fallback" / name).exists():
                ctypes.CDLL(str(path.parent / "fallback" / "libgcc_s.so.1"), ctypes.RTLD_GLOBAL)
                ctypes.CDLL(str(path.parent / "fallback" / "libstdc++.so.6"), ctypes.RTLD_GLOBAL)
                library = ctypes.CDLL(str(path))
                break
        else:
            raise ImportError(f"rlrun's library {path} cannot be loaded: {error}") from error
    library.rlrun_interface.restype = ctypes.c_int32
    if (found := library.rlrun_interface()) != INTERFACE:
        raise ImportError(f"{path} has interface {found}, and this package needs {INTERFACE}: install rlrun anew")
    library.rlrun_call.restype = ctypes.c_int32
    library.rlrun_call.argtypes = [
        ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ssize_t,
        ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_ssize_t),
    ]
    library.rlrun_free.restype = None
    library.rlrun_free.argtypes = [ctypes.c_void_p]
    library.rlrun_release.restype = None
    library.rlrun_release.argtypes = [ctypes.c_ssize_t]
    library.rlrun_failure.restype = ctypes.c_void_p
    library.rlrun_failure.argtypes = [ctypes.POINTER(ctypes.c_ssize_t)]
    library.rlrun_vector_step.restype = ctypes.c_int32
    library.rlrun_vector_step.argtypes = [ctypes.c_ssize_t]
    library.rlrun_log.restype = ctypes.c_int32
    library.rlrun_log.argtypes = [
        ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t,
    ]
    library.rlrun_act.restype = ctypes.c_int32
    library.rlrun_act.argtypes = [
        ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int32, ctypes.c_void_p,
    ]
    library.rlrun_train.restype = ctypes.c_int32
    library.rlrun_train.argtypes = [ctypes.c_ssize_t, ctypes.c_void_p]
    return library


library = _load()


def failure() -> Error:
    """The error of this thread's last failed call."""
    length = ctypes.c_ssize_t()
    address = library.rlrun_failure(ctypes.byref(length))
    if not address:
        return Error("rlrun has failed without a reason")
    try:
        return Error(ctypes.string_at(address, length.value).decode())
    finally:
        library.rlrun_free(address)


def call(name: str, /, **request: Any) -> Any:
    """Does a call of the library's and returns its answer. Raises `Error`."""
    text = json.dumps(request, default=_plain).encode()
    answer, length = ctypes.c_void_p(), ctypes.c_ssize_t()
    if library.rlrun_call(name.encode(), text, len(text), ctypes.byref(answer), ctypes.byref(length)):
        raise failure()
    try:
        return json.loads(ctypes.string_at(answer, length.value))
    finally:
        library.rlrun_free(answer)


def _plain(value: Any) -> Any:
    """Numbers and arrays of NumPy's as JSON has them."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{value!r} of type {type(value).__name__} cannot be given to rlrun")


class Handle:
    """An object of the library's, let go of when nothing in Python needs it any more."""

    __slots__ = ("number", "_finalizer", "__weakref__")

    def __init__(self, number: int) -> None:
        self.number = number
        self._finalizer = weakref.finalize(self, _release, number, os.getpid())
        self._finalizer.atexit = False

    def close(self) -> None:
        self._finalizer()


def _release(number: int, process: int) -> None:
    # A child of a fork holds nothing of its parent's.
    if os.getpid() == process:
        library.rlrun_release(number)


def taken(answer: dict[str, Any]) -> bytes:
    """The bytes of an answer, whose memory is then let go of."""
    handle = Handle(answer["handle"])
    try:
        return ctypes.string_at(answer["bytes"]["address"], answer["bytes"]["count"])
    finally:
        handle.close()


def write_taken(answer: dict[str, Any], path: str | os.PathLike[str]) -> None:
    """Writes the bytes of an answer into a file."""
    data = taken(answer)
    with open(path, "wb") as file:
        file.write(data)


_TYPES = {
    np.dtype(np.float32): ctypes.c_float, np.dtype(np.float64): ctypes.c_double, np.dtype(np.int64): ctypes.c_int64,
    np.dtype(np.uint8): ctypes.c_uint8, np.dtype(np.bool_): ctypes.c_bool,
}


def column(place: dict[str, int], dtype: Any, shape: tuple[int, ...] | None, owner: Handle, writable: bool = True) -> np.ndarray:
    """An array that shows a column of the library's memory, which `owner` keeps."""
    dtype = np.dtype(dtype)
    count = place["count"]
    if count == 0:
        return np.empty(shape if shape is not None else (0,), dtype)
    memory = (_TYPES[dtype] * count).from_address(place["address"])
    memory._owner = owner
    array = np.ctypeslib.as_array(memory)
    if shape is not None:
        array = array.reshape(shape)
    if not writable:
        array.flags.writeable = False
    return array


def default_store() -> str:
    """The store that `rlrun.set_store` names, else `RLRUN_STORE`, else the folder `runs`."""
    return _store or os.environ.get("RLRUN_STORE") or "runs"


_store: str | None = None


def set_store(path: str | os.PathLike[str] | None) -> None:
    """Makes `path` the store where runs are recorded and read from now on; None: `RLRUN_STORE`, else the folder `runs`.

    >>> import rlrun
    >>> rlrun.set_store("my-runs")
    >>> rlrun.set_store(None)
    """
    global _store
    _store = None if path is None else os.fspath(path)


def number(text: float | str) -> float:
    """A number of an answer's, where NaN and infinities are texts."""
    return float(text)
