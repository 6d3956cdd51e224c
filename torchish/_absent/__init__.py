"""Names of PyTorch whose feature does not exist here: found when they are asked for, refused when
they are used.

Note [Absent names]
A library imports `torch.distributed.fsdp` or names `DTensor` in an `isinstance` long before it
knows whether it will use them. So every such name exists: a function with PyTorch's signature, or a
class that is in no object's ancestry. Calling or constructing it raises NotImplementedError with
its name; importing it never raises. Exceptions are plain exceptions, which nothing here raises, and
enumerations have their members. `names.txt` beside this file lists them all, module by module, as
`docs/make_absent.py` reads them off PyTorch. It has only what torchish lacks, and is read at the
first question for such a name.

A module that the list alone has is made by `Finder`, which stands last in `sys.meta_path`: a file
wins. A module with a file takes its missing names from here by a `__getattr__`
(`attributes(__name__)`)."""

from torchish._absent.modules import Finder, attributes, install

__all__ = ["Finder", "attributes", "install"]
