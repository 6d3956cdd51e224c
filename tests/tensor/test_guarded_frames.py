"""The frames of guarded functions can be looked into, as debuggers and test runners do."""

import subprocess
import sys
import textwrap

PROGRAM = """
    import types, warnings
    import torchish as torch

    class Own(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, kinds, args=(), kwargs=None):
            return super().__torch_function__(function, kinds, args, kwargs or {})

    warnings.simplefilter("ignore")
    x = Own([1.0, 2.0]) + 1
    closing = frames = 0
    for home in (torch, torch.nn.functional, torch.linalg, torch.fft, torch.special):
        for name in dir(home):
            f = getattr(home, name, None)
            if not isinstance(f, types.FunctionType) or name[0] == "_":
                continue
            closing += bool(f.__code__.co_freevars)
            for args in ((object(),), (x, object())):
                try:
                    f(*args)
                except Exception as e:
                    place = e.__traceback__
                    while place is not None:
                        frames += len(place.tb_frame.f_locals) >= 0
                        place = place.tb_next
    assert closing > 3 and frames > 500, (closing, frames)
"""


def test_variables_of_every_frame_of_an_error_can_be_read(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(textwrap.dedent(PROGRAM))
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
