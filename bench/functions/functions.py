"""The Python functions that are measured: the same formula over each kind of batch."""


def affine_numpy(x):
    return x * 1.8 + 32


affine_pandas = affine_numpy


def affine_arrow(x):
    from pyarrow import compute
    return compute.add(compute.multiply(x, 1.8), 32.0)


def affine_list(x):
    return [value * 1.8 + 32 for value in x]
