"""Functions that nested tensors apply to each element, by name."""

POINTWISE = [
    "abs", "acos", "add", "addcdiv", "addcmul", "asin", "atan", "atan2", "bitwise_and",
    "bitwise_not", "bitwise_or", "ceil", "clamp", "clip", "cos", "cosh", "deg2rad", "div", "eq",
    "erf", "exp", "exp2", "expm1", "floor", "fmod", "ge", "gt", "isfinite", "isinf", "isnan",
    "ldexp", "le", "lerp", "log", "log10", "log1p", "log2", "logical_and", "logical_not",
    "logical_or", "lt", "masked_fill", "maximum", "minimum", "mul", "nan_to_num", "ne", "neg",
    "positive", "pow", "reciprocal", "relu", "remainder", "round", "rsqrt", "rsub", "sgn",
    "sigmoid", "sign", "sin", "sinh", "softplus", "sqrt", "square", "sub", "tan", "tanh",
    "true_divide", "trunc", "where", "xlogy", "zeros_like", "ones_like", "empty_like",
    "full_like", "rand_like", "randn_like", "clone", "detach", "bernoulli",
]  # fmt: skip
METHODS = [
    "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__",
    "__rtruediv__", "__pow__", "__rpow__", "__neg__", "__eq__", "__ne__", "__lt__", "__le__",
    "__gt__", "__ge__", "__and__", "__or__", "__invert__", "to", "float", "double", "half",
    "bfloat16", "int", "long", "bool", "cpu", "cuda", "type", "type_as", "masked_fill_", "add_",
    "mul_", "sub_", "div_", "zero_",
]  # fmt: skip
ACTIVATIONS = [
    "gelu", "silu", "elu", "leaky_relu", "hardtanh", "relu6", "selu", "mish", "hardswish",
    "hardsigmoid", "logsigmoid", "dropout", "softsign", "tanhshrink", "celu", "softplus",
    "relu", "threshold",
]  # fmt: skip
