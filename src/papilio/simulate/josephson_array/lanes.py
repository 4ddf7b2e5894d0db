"""
Vectors of numbers for compiled kernels: one `Lanes` value fills one SIMD register.

LLVM's own vectoriser gives up on the butterflies of a Fourier transform (too many pointers to
prove apart), so the kernels say themselves what is done eight (float32) or four (float64) numbers
at a time. A `Lanes` exists only inside compiled functions: `load` makes one from an array,
`spread` from a scalar, `store` writes one back, and ``+ - *`` work element by element.
Registers of another width than 32 bytes are served by LLVM, which splits or joins.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.core.datamodel import PrimitiveModel, register_default
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin

#: Bytes in one vector.
VECTOR_BYTES = 32

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """
    A function compiled by numba, without the interpreter lock, kept on disk.

    Parameters
    ----------
    function : callable
        What is to be compiled.

    Returns
    -------
    callable
        The same function.
    """
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined(function: Function) -> Function:
    """
    A compiled function whose body is put in the place of each call.

    Parameters
    ----------
    function : callable
        What is to be compiled.

    Returns
    -------
    callable
        The same function.
    """
    return cast(
        Function,
        numba.njit(forceinline=True, cache=True, nogil=True, error_model="numpy")(function),
    )


def primitive(function: Callable[..., Any]) -> Any:
    """
    A function that writes LLVM instructions where a compiled function calls it.

    Parameters
    ----------
    function : callable
        Takes numba's typing context and the types of the arguments, returns signature and emitter.

    Returns
    -------
    object
        What compiled functions call, without the typing context.
    """
    return intrinsic(function)


def lane_count(dtype: Any) -> int:
    """
    Numbers in one vector.

    Parameters
    ----------
    dtype : data-type
        float32, float64, uint32 or uint64.

    Returns
    -------
    int
        8 or 4.
    """
    return int(VECTOR_BYTES // np.dtype(dtype).itemsize)


class Lanes(types.Type):
    """The numba type of a vector; `element` is the numba type of its numbers."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self.count = VECTOR_BYTES * 8 // element.bitwidth
        super().__init__(name=f"Lanes({element})")


@register_default(Lanes)
class LanesModel(PrimitiveModel):  # type: ignore[misc]
    """How LLVM holds a `Lanes`: as one of its vectors."""

    def __init__(self, manager: Any, kind: Lanes) -> None:
        super().__init__(manager, kind, _vector(kind))


def _vector(kind: Lanes) -> ir.VectorType:
    if isinstance(kind.element, types.Float):
        element = ir.FloatType() if kind.element.bitwidth == 32 else ir.DoubleType()
    else:
        element = ir.IntType(kind.element.bitwidth)
    return ir.VectorType(element, kind.count)


def _place(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return cgutils.gep_inbounds(builder, data, index)


def _read(builder: Any, pointer: Any, vector: ir.VectorType, size: int) -> Any:
    value = builder.load(builder.bitcast(pointer, vector.as_pointer()))
    value.align = size
    return value


def _write(builder: Any, pointer: Any, value: Any, size: int) -> None:
    instruction = builder.store(value, builder.bitcast(pointer, value.type.as_pointer()))
    instruction.align = size


@primitive
def load(typing: Any, array: Any, index: Any) -> Any:
    """Vector of the numbers of a flat array from an index on."""
    result = Lanes(array.dtype)

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _place(context, builder, signature.args[0], *arguments)
        return _read(builder, pointer, _vector(result), array.dtype.bitwidth // 8)

    return result(array, types.intp), emit


@primitive
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write a vector into a flat array from an index on."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _place(context, builder, signature.args[0], *arguments[:2])
        _write(builder, pointer, arguments[2], array.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.none(array, types.intp, value), emit


def _spread(builder: Any, scalar: Any, vector: ir.VectorType) -> Any:
    value = ir.Constant(vector, ir.Undefined)
    value = builder.insert_element(value, scalar, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(value, ir.Constant(vector, ir.Undefined), mask)


@primitive
def spread(typing: Any, like: Any, scalar: Any) -> Any:
    """Vector of the kind of another with every number equal to a scalar."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        scalar = context.cast(builder, arguments[1], signature.args[1], like.element)
        return _spread(builder, scalar, _vector(like))

    return like(like, scalar), emit


#: Operator -> LLVM instruction, for floats and for integers.
FLOAT_OPERATIONS = {
    operator.add: "fadd",
    operator.sub: "fsub",
    operator.mul: "fmul",
    operator.truediv: "fdiv",
}
INTEGER_OPERATIONS = {
    operator.add: "add",
    operator.sub: "sub",
    operator.xor: "xor",
    operator.or_: "or_",
    operator.and_: "and_",
}


def _register(symbol: Any) -> None:
    """Let an operator act on two vectors of one kind, without a compiled function of its own."""

    class LanesOperator(AbstractTemplate):  # type: ignore[misc]
        key = symbol

        def generic(self, arguments: Any, keywords: Any) -> Any:
            first, second = arguments
            if not (isinstance(first, Lanes) and first == second):
                return None
            is_float = isinstance(first.element, types.Float)
            known = FLOAT_OPERATIONS if is_float else INTEGER_OPERATIONS
            return signature(first, first, second) if symbol in known else None

    infer_global(symbol)(LanesOperator)

    def emit(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
        if isinstance(sig.return_type.element, types.Float):
            # "contract" lets LLVM use a fused multiply-add where the processor has one.
            return getattr(builder, FLOAT_OPERATIONS[symbol])(*arguments, flags=("contract",))
        return getattr(builder, INTEGER_OPERATIONS[symbol])(*arguments)

    lower_builtin(symbol, Lanes, Lanes)(emit)


for _symbol in {**FLOAT_OPERATIONS, **INTEGER_OPERATIONS}:
    _register(_symbol)


def _unary(name: str) -> Any:
    @primitive
    def operation(typing: Any, value: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            vector = _vector(value)
            suffix = f"v{value.count}f{value.element.bitwidth}"
            function = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(vector, [vector]), f"llvm.{name}.{suffix}"
            )
            return builder.call(function, arguments)

        return value(value), emit

    return operation


nearest = _unary("nearbyint")
root = _unary("sqrt")


def _shift(method: str) -> Any:
    @primitive
    def operation(typing: Any, value: Any, bits: Any) -> Any:
        if not isinstance(bits, types.IntegerLiteral):
            return None
        number = bits.literal_value

        def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            vector = _vector(value)
            amount = ir.Constant(vector, [number] * vector.count)
            return getattr(builder, method)(arguments[0], amount)

        return value(value, bits), emit

    return operation


shift_left = _shift("shl")
shift_right = _shift("lshr")
shift_right_signed = _shift("ashr")


def _other(element: Any) -> Any:
    pairs = {
        types.float32: types.uint32,
        types.float64: types.uint64,
        types.uint32: types.float32,
        types.uint64: types.float64,
    }
    return pairs[element]


@primitive
def reinterpret(typing: Any, value: Any) -> Any:
    """The same bits as unsigned integers (of floats) or as floats (of unsigned integers)."""
    result = Lanes(_other(value.element))

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], _vector(result))

    return result(value), emit


@primitive
def signed_to_float(typing: Any, value: Any) -> Any:
    """Floats from integers whose bits are read as signed."""
    result = Lanes(_other(value.element))

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.sitofp(arguments[0], _vector(result))

    return result(value), emit


@primitive
def total(typing: Any, value: Any) -> Any:
    """Sum of the numbers of a vector, in float64, in an order that never changes."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        result = ir.Constant(ir.DoubleType(), 0.0)
        for lane in range(value.count):
            item = builder.extract_element(arguments[0], ir.Constant(ir.IntType(32), lane))
            if value.element.bitwidth == 32:
                item = builder.fpext(item, ir.DoubleType())
            result = builder.fadd(result, item)
        return result

    return types.float64(value), emit


@primitive
def copy_transposed(
    typing: Any,
    source: Any,
    source_index: Any,
    source_stride: Any,
    target: Any,
    target_index: Any,
    target_stride: Any,
) -> Any:
    """Copy a square block, as many rows as a vector has lanes, exchanging rows and columns."""
    kind = Lanes(source.dtype)

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        size = source.dtype.bitwidth // 8
        first = _place(context, builder, signature.args[0], arguments[0], arguments[1])
        last = _place(context, builder, signature.args[3], arguments[3], arguments[4])
        strides = (arguments[2], arguments[5])

        def row(pointer: Any, stride: Any, number: int) -> Any:
            offset = builder.mul(stride, ir.Constant(stride.type, number))
            return cgutils.gep_inbounds(builder, pointer, offset)

        rows = [
            _read(builder, row(first, strides[0], number), _vector(kind), size)
            for number in range(kind.count)
        ]
        for number, value in enumerate(_transposed(builder, rows)):
            _write(builder, row(last, strides[1], number), value, size)
        return context.get_dummy_value()

    index = types.intp
    return types.none(source, index, index, target, index, index), emit


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """Exchange off-diagonal blocks of size 1, 2, 4 ... between pairs of rows."""
    count = len(rows)
    size = 1
    while size < count:
        low = [lane if not lane & size else count + (lane ^ size) for lane in range(count)]
        high = [(lane | size) if not lane & size else count + lane for lane in range(count)]
        integers = ir.VectorType(ir.IntType(32), count)
        result = list(rows)
        for number in range(count):
            if number & size:
                continue
            pair = (rows[number], rows[number | size])
            result[number] = builder.shuffle_vector(*pair, ir.Constant(integers, low))
            result[number | size] = builder.shuffle_vector(*pair, ir.Constant(integers, high))
        rows = result
        size *= 2
    return rows
