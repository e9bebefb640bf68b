# The Python side of weir's functions: started once for each thread that needs it, ends when weir does.
# Arguments: the project's folder, and the functions as JSON. Descriptor 0 is a socket, 3 is memory shared with weir.
#
#   request  4 u64: function, rows, bytes of the shared memory, where the result may begin
#   memory   for each argument 3 u64: place of its validity bits (0: no nulls), of its values, of its characters; then these
#   reply    5 u64: 0, place of validity bits (0: none), of values, of characters, bytes of the memory (which may have grown)
#            5 u64: 1, place of the error's text, its bytes, 0, bytes of the memory
#
# Values lie as in Arrow, but booleans take a byte each. Places are multiples of 64.
import datetime
import importlib
import json
import mmap
import os
import select
import socket
import struct
import sys
import threading
import traceback

EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_UTC = EPOCH.replace(tzinfo=datetime.timezone.utc)
DAY = datetime.date(1970, 1, 1)
MICROSECOND = datetime.timedelta(microseconds=1)
TYPE_CODES = {'b': '?', 'c': 'b', 'C': 'B', 's': 'h', 'S': 'H', 'i': 'i', 'I': 'I', 'l': 'q', 'L': 'Q', 'f': 'f', 'g': 'd',
              'tdD': 'i', 'tsu:': 'q', 'tsu:UTC': 'q', 'ttu': 'q'}
DTYPES = {'b': 'bool', 'c': 'i1', 'C': 'u1', 's': 'i2', 'S': 'u2', 'i': 'i4', 'I': 'u4', 'l': 'i8', 'L': 'u8', 'f': 'f4', 'g': 'f8',
          'tdD': 'i4', 'tsu:': 'i8', 'tsu:UTC': 'i8', 'ttu': 'i8'}
DTYPES_OF_TIMES = {'tdD': 'datetime64[D]', 'tsu:': 'datetime64[us]', 'tsu:UTC': 'datetime64[us]', 'ttu': 'timedelta64[us]'}


class Problem(Exception):
    """What is wrong, in words for the user; no Python line belongs to it."""


def is_text(kind):
    return kind in ('u', 'z')


def need(module, batch):
    try:
        return importlib.import_module(module)
    except ImportError:
        raise Problem(f'{module} is not installed for {sys.executable}, and "batch: {batch}" needs it; '
                      f'install it (python -m pip install {module}), or take "batch: list"')


class Memory:
    """The shared memory, as a view that grows when weir or a result needs more."""

    def __init__(self):
        self.size = 0
        self.view = None
        self.input = None

    def resize(self, size):
        if size != self.size:
            self.size = size
            # Arrays that still look at the old map keep it alive.
            self.view = memoryview(mmap.mmap(3, size))
            self.input = self.view.toreadonly()

    def reserve(self, size):
        if size > self.size:
            size = (size * 3 // 2 + 4095) // 4096 * 4096
            os.ftruncate(3, size)
            self.resize(size)

    def put(self, place, data):
        if isinstance(data, memoryview):
            data = data.cast('B')
        self.reserve(place + len(data))
        self.view[place:place + len(data)] = data
        return (place + len(data) + 63) // 64 * 64


class Column:
    """One argument in the shared memory."""

    def __init__(self, memory, kind, rows, slots):
        self.memory = memory
        self.kind = kind
        self.rows = rows
        self.validity, self.values, self.chars = slots

    def slice(self, place, size):
        return self.memory.input[place:place + size]

    def code_values(self, code, count):
        return self.slice(self.values, struct.calcsize(code) * count).cast(code)

    def validity_bytes(self):
        return self.slice(self.validity, (self.rows + 7) // 8) if self.validity else None

    def is_null(self):
        bits = self.validity_bytes()
        return None if bits is None else [not bits[row >> 3] >> (row & 7) & 1 for row in range(self.rows)]


def list_of(column):
    if is_text(column.kind):
        offsets = column.code_values('i', column.rows + 1)
        chars = bytes(column.slice(column.chars, offsets[-1]))
        values = [chars[begin:end] for begin, end in zip(offsets, offsets[1:])]
        if column.kind == 'u':
            values = [value.decode() for value in values]
    else:
        values = column.code_values(TYPE_CODES[column.kind], column.rows).tolist()
        if column.kind == 'tdD':
            values = [DAY + datetime.timedelta(days=value) for value in values]
        elif column.kind == 'tsu:':
            values = [EPOCH + datetime.timedelta(microseconds=value) for value in values]
        elif column.kind == 'tsu:UTC':
            values = [EPOCH_UTC + datetime.timedelta(microseconds=value) for value in values]
        elif column.kind == 'ttu':
            values = [(EPOCH + datetime.timedelta(microseconds=value)).time() for value in values]
    nulls = column.is_null()
    return values if nulls is None else [None if null else value for value, null in zip(values, nulls)]


def numpy_mask(numpy, column):
    bits = numpy.frombuffer(column.validity_bytes(), numpy.uint8)
    return ~numpy.unpackbits(bits, count=column.rows, bitorder='little').astype(bool)


def numpy_values(numpy, column):
    if is_text(column.kind):
        values = numpy.empty(column.rows, object)
        values[:] = list_of(column)
        return values
    values = numpy.frombuffer(column.memory.input, DTYPES[column.kind], column.rows, column.values)
    if column.kind == 'tdD':
        return values.astype('datetime64[D]')
    return values.view(DTYPES_OF_TIMES[column.kind]) if column.kind in DTYPES_OF_TIMES else values


def numpy_of(column):
    import numpy
    values = numpy_values(numpy, column)
    return numpy.ma.masked_array(values, numpy_mask(numpy, column)) if column.validity else values


def pandas_of(column):
    import numpy
    import pandas
    values = numpy_values(numpy, column)
    if column.kind == 'tdD':
        values = values.astype('datetime64[s]')
    if not column.validity or is_text(column.kind):
        return pandas.Series(values, copy=False)
    mask = numpy_mask(numpy, column)
    if column.kind == 'b':
        return pandas.Series(pandas.arrays.BooleanArray(values.copy(), mask))
    if column.kind in ('f', 'g'):
        return pandas.Series(numpy.where(mask, numpy.nan, values))
    if values.dtype.kind in 'mM':
        return pandas.Series(numpy.where(mask, numpy.array('NaT', values.dtype), values))
    return pandas.Series(pandas.arrays.IntegerArray(values.copy(), mask))


def arrow_type(arrow, kind):
    return {'b': arrow.bool_(), 'c': arrow.int8(), 'C': arrow.uint8(), 's': arrow.int16(), 'S': arrow.uint16(), 'i': arrow.int32(),
            'I': arrow.uint32(), 'l': arrow.int64(), 'L': arrow.uint64(), 'f': arrow.float32(), 'g': arrow.float64(),
            'u': arrow.utf8(), 'z': arrow.binary(), 'tdD': arrow.date32(), 'tsu:': arrow.timestamp('us'),
            'tsu:UTC': arrow.timestamp('us', 'UTC'), 'ttu': arrow.time64('us')}[kind]


def arrow_of(column):
    import pyarrow
    kind = arrow_type(pyarrow, column.kind)
    if column.kind == 'b':
        return pyarrow.array(list_of(column), kind)
    buffers = [pyarrow.py_buffer(column.validity_bytes()) if column.validity else None]
    if is_text(column.kind):
        offsets = column.slice(column.values, 4 * (column.rows + 1))
        buffers += [pyarrow.py_buffer(offsets), pyarrow.py_buffer(column.slice(column.chars, offsets.cast('i')[-1]))]
    else:
        buffers.append(pyarrow.py_buffer(column.slice(column.values, column.rows * struct.calcsize(TYPE_CODES[column.kind]))))
    return pyarrow.Array.from_buffers(kind, column.rows, buffers)


READERS = {'list': (list_of, ()), 'numpy': (numpy_of, ('numpy',)), 'pandas': (pandas_of, ('pandas',)), 'arrow': (arrow_of, ('pyarrow',))}


class Result:
    """Writes what a function gave into the shared memory."""

    def __init__(self, memory, kind, rows, place):
        self.memory = memory
        self.kind = kind
        self.rows = rows
        self.place = place
        self.slots = [0, 0, 0]

    def put(self, slot, data):
        self.slots[slot] = self.place
        self.place = self.memory.put(self.place, data)

    def put_texts(self, values):
        encoded = [b'' if value is None else value.encode() if isinstance(value, str) else bytes(value) for value in values]
        offsets = [0]
        for value in encoded:
            offsets.append(offsets[-1] + len(value))
        self.put(1, struct.pack(f'{self.rows + 1}i', *offsets))
        self.put(2, b''.join(encoded))

    def check(self, count):
        if count != self.rows:
            raise Problem(f'gave {count} values for {self.rows} rows; a function gives one for each row')

    def write(self, given):
        module = type(given).__module__.partition('.')[0]
        if module == 'pyarrow':
            self.write_arrow(given)
        elif module == 'pandas':
            self.write_pandas(given)
        elif module == 'numpy' and getattr(given, 'ndim', 0) == 1:
            self.write_numpy(given, None)
        elif isinstance(given, (list, tuple)):
            self.write_list(given)
        else:
            raise Problem(f'gave {type(given).__name__}; a function gives an array, a series or a list with a value for each row')

    def write_list(self, values):
        self.check(len(values))
        if any(value is None for value in values):
            bits = bytearray((self.rows + 7) // 8)
            for row, value in enumerate(values):
                if value is not None:
                    bits[row >> 3] |= 1 << (row & 7)
            self.put(0, bits)
        if is_text(self.kind):
            return self.put_texts(values)
        if self.kind == 'tdD':
            values = [None if value is None else (value - DAY).days for value in values]
        elif self.kind == 'tsu:':
            values = [None if value is None else (value - EPOCH) // MICROSECOND for value in values]
        elif self.kind == 'tsu:UTC':
            values = [None if value is None else (value - EPOCH_UTC) // MICROSECOND for value in values]
        elif self.kind == 'ttu':
            values = [None if value is None else (datetime.datetime.combine(DAY, value) - EPOCH) // MICROSECOND for value in values]
        try:
            self.put(1, struct.pack(f'{self.rows}{TYPE_CODES[self.kind]}', *[0 if value is None else value for value in values]))
        except struct.error as error:
            raise Problem(f'gave a value that is none of the type that weir.yml declares: {error}')

    def write_numpy(self, values, nulls):
        import numpy
        self.check(len(values))
        if isinstance(values, numpy.ma.MaskedArray):
            nulls = numpy.ma.getmaskarray(values)
            values = values.data
        if self.kind in DTYPES_OF_TIMES:
            values = values.astype(DTYPES_OF_TIMES[self.kind])
            missing = numpy.isnat(values)
            nulls = missing if nulls is None else nulls | missing
            values = numpy.where(nulls, 0, values.view('i8'))
        if nulls is not None and nulls.any():
            self.put(0, numpy.packbits(~nulls, bitorder='little').data)
        if is_text(self.kind):
            return self.put_texts(values if nulls is None else [None if null else value for value, null in zip(values, nulls)])
        if nulls is not None and values.dtype == object:
            values = numpy.where(nulls, 0, values).astype(DTYPES[self.kind])
        # Integers of another width are as good as long as they fit, floats are no integers.
        target = numpy.dtype(DTYPES[self.kind])
        if values.dtype != target:
            if not numpy.can_cast(values.dtype, target, 'same_kind') and not (values.dtype.kind in 'iub' and target.kind in 'iu'):
                raise Problem(f'gave {values.dtype} values, which are not of the type that weir.yml declares')
            if values.dtype.kind in 'iu' and target.kind in 'iu' and len(values):
                limits = numpy.iinfo(target)
                if values.max() > limits.max or values.min() < limits.min:
                    raise Problem('gave an integer that the type which weir.yml declares cannot hold')
            values = values.astype(target)
        self.put(1, memoryview(numpy.ascontiguousarray(values)).cast('B'))

    def write_pandas(self, series):
        import numpy
        self.check(len(series))
        if isinstance(series.dtype, numpy.dtype) and series.dtype.kind in 'fiub':
            values = series.to_numpy()
            nulls = numpy.isnan(values) if values.dtype.kind == 'f' else None
            return self.write_numpy(values, nulls if nulls is not None and nulls.any() else None)
        nulls = series.isna().to_numpy(dtype=bool)
        if nulls.any() and series.dtype.kind not in 'fmM' and series.dtype != object:
            self.write_numpy(series.to_numpy(dtype=object, na_value=None), nulls)
        else:
            values = series.dt.tz_convert(None) if getattr(series.dtype, 'tz', None) else series
            self.write_numpy(values.to_numpy(), nulls if nulls.any() else None)

    def write_arrow(self, array):
        import pyarrow
        if isinstance(array, pyarrow.ChunkedArray):
            array = array.combine_chunks()
        if not isinstance(array, pyarrow.Array):
            raise Problem(f'gave {type(array).__name__}; a function gives an array with a value for each row')
        self.check(len(array))
        array = array.cast(arrow_type(pyarrow, self.kind))
        if array.null_count:
            self.put(0, memoryview(array.is_valid().buffers()[1])[:(self.rows + 7) // 8])
        if self.kind == 'b':
            return self.put(1, bytes(bool(value) for value in array.to_pylist()))
        values = memoryview(array.buffers()[1]) if array.buffers()[1] is not None else memoryview(b'')
        if is_text(self.kind):
            offsets = values[4 * array.offset:4 * (array.offset + self.rows + 1)]
            end = offsets.cast('i')[-1] if self.rows else 0
            self.put(1, offsets if self.rows else bytes(4))
            return self.put(2, memoryview(array.buffers()[2])[:end] if end else b'')
        width = struct.calcsize(TYPE_CODES[self.kind])
        self.put(1, values[width * array.offset:width * (array.offset + self.rows)])


class Function:
    def __init__(self, folder, declared):
        self.declared = declared
        self.arguments = declared['arguments']
        module, _, name = declared['python'].rpartition(':')
        reader, needed = READERS[declared['batch']]
        for library in needed:
            need(library, declared['batch'])
        self.reader = reader
        loaded = importlib.import_module(module)
        self.call = getattr(loaded, name, None)
        if not callable(self.call):
            raise Problem(f'{loaded.__file__} has no function "{name}"')

    def run(self, memory, rows, place):
        slots = memory.input[:24 * len(self.arguments)].cast('Q')
        columns = [Column(memory, kind, rows, slots[3 * i:3 * i + 3].tolist()) for i, kind in enumerate(self.arguments)]
        result = Result(memory, self.declared['returns'], rows, place)
        # Without arguments the function learns only how many values to give.
        result.write(self.call(*map(self.reader, columns)) if columns else self.call(rows))
        return result.slots


def error_text(error, folder):
    """The line of the user's file in which it went wrong, and what."""
    text = ''.join(traceback.format_exception_only(type(error), error)).strip()
    if isinstance(error, Problem):
        return str(error)
    if isinstance(error, SyntaxError) and error.filename:
        return f'{os.path.relpath(error.filename, folder)}:{error.lineno}: {type(error).__name__}: {error.msg}'
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if frame.filename != '<string>' and not frame.filename.startswith('<frozen')]
    own = [frame for frame in frames if os.path.abspath(frame.filename).startswith(folder + os.sep)] or frames
    if not own:
        return text
    return f'{os.path.relpath(own[-1].filename, folder)}:{own[-1].lineno}: {text}'


def end_with_weir():
    """Ends the process when weir is gone, also in the middle of a computation."""
    hung_up = select.poll()
    hung_up.register(0, 0)
    hung_up.poll()
    os._exit(0)


def serve():
    folder, declared = sys.argv[1], json.loads(sys.argv[2])
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    threading.Thread(target=end_with_weir, daemon=True).start()
    control = socket.socket(fileno=0)
    memory = Memory()
    functions = {}
    while True:
        request = control.recv(32, socket.MSG_WAITALL)
        if len(request) < 32:
            return
        number, rows, size, place = struct.unpack('4Q', request)
        memory.resize(size)
        try:
            if number not in functions:
                functions[number] = Function(folder, declared[number])
            reply = (0, *functions[number].run(memory, rows, place), memory.size)
        except Exception as error:
            text = error_text(error, folder).encode(errors='replace')
            memory.put(place, text)
            reply = (1, place, len(text), 0, memory.size)
        control.sendall(struct.pack('5Q', *reply))


serve()
