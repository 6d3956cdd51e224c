"""`python -m torch.utils.collect_env`: versions and hardware, in the form that bug reports for
PyTorch have.

`python -m torchish doctor` says more, and tries whether things work.
"""

from __future__ import annotations

import locale
import os
import platform
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from importlib import metadata
from typing import Any

from torchish import _absent, cuda, version, xpu

__all__ = ["SystemEnv", "get_env_info", "get_pretty_env_info", "main", "pretty_str"]

# The fields are PyTorch's, which libraries read.
SystemEnv = namedtuple(
    "SystemEnv",
    "torch_version is_debug_build cuda_compiled_version gcc_version clang_version cmake_version os "
    "libc_version python_version python_platform is_cuda_available cuda_runtime_version "
    "cuda_module_loading nvidia_driver_version nvidia_gpu_models cudnn_version is_xpu_available "
    "pip_version pip_packages conda_packages hip_compiled_version hip_runtime_version "
    "miopen_runtime_version caching_allocator_config is_xnnpack_available cpu_info",
)
# What is listed of the installed packages: by the beginning of the name.
LISTED = ("flake8", "flax", "jax", "ml_dtypes", "ml-dtypes", "mypy", "numpy", "nvidia-", "onnx",
          "optax", "optree", "orbax", "torch", "triton")  # fmt: skip
UNKNOWN = "Could not collect"
FORM = """\
PyTorch version: {torch_version}
Is debug build: {is_debug_build}
CUDA used to build PyTorch: {cuda_compiled_version}
ROCM used to build PyTorch: {hip_compiled_version}

OS: {os}
GCC version: {gcc_version}
Clang version: {clang_version}
CMake version: {cmake_version}
Libc version: {libc_version}

Python version: {python_version}
Python platform: {python_platform}
Is CUDA available: {is_cuda_available}
CUDA runtime version: {cuda_runtime_version}
CUDA_MODULE_LOADING set to: {cuda_module_loading}
GPU models and configuration: {nvidia_gpu_models}
Nvidia driver version: {nvidia_driver_version}
cuDNN version: {cudnn_version}
Is XPU available: {is_xpu_available}
HIP runtime version: {hip_runtime_version}
MIOpen runtime version: {miopen_runtime_version}
Is XNNPACK available: {is_xnnpack_available}
Caching allocator config: {caching_allocator_config}

CPU:
{cpu_info}

Versions of relevant libraries:
{pip_packages}
{conda_packages}"""


def run(command: Any) -> tuple[int, str, str]:
    """Exit status, output and errors of a command, 127 where there is none of the name."""
    shell = isinstance(command, str)
    try:
        done = subprocess.run(command, shell=shell, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, "", str(error)
    coding = "utf-8" if sys.platform != "win32" else locale.getpreferredencoding(False)
    return (
        done.returncode,
        done.stdout.decode(coding, "replace").strip(),
        done.stderr.decode(coding, "replace").strip(),
    )


def _output(*command: str) -> str | None:
    if shutil.which(command[0]) is None:
        return None
    status, text, _ = run(list(command))
    return text if status == 0 and text else None


def _first(pattern: str, text: str | None) -> str | None:
    found = re.search(pattern, text or "")
    return found[1] if found else None


def _system() -> str:
    machine = platform.machine()
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]} ({machine})"
    if sys.platform == "win32":
        return f"{platform.platform()} ({machine})"
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        name = platform.system()
    return f"{name} ({machine})"


def _processor() -> str:
    if sys.platform == "linux":
        return _output("lscpu") or UNKNOWN
    if sys.platform == "darwin":
        return _output("sysctl", "-n", "machdep.cpu.brand_string") or UNKNOWN
    return platform.processor() or UNKNOWN


def _packages() -> str:
    # Those of files: `torchish.install()` adds stand-ins for torch and torchvision.
    found = {
        f"{d.metadata['Name']}=={d.version}"
        for d in metadata.distributions(path=sys.path)
        if isinstance(d, metadata.PathDistribution)
        and str(d.metadata["Name"]).lower().startswith(LISTED)
    }
    return "\n".join(sorted(found, key=str.lower))


def _conda() -> str | None:
    text = _output(os.environ.get("CONDA_EXE", "conda"), "list")
    lines = [line for line in (text or "").splitlines() if line.startswith(LISTED)]
    return "\n".join(lines) or None


def get_env_info() -> SystemEnv:
    """What is installed, and what it runs on. Nothing is made up: what is not found is None."""
    bits = sys.maxsize.bit_length() + 1
    gpus = _output("nvidia-smi", "-L") if cuda.is_available() else None
    return SystemEnv(
        torch_version=str(version.__version__),
        is_debug_build=str(version.debug),
        cuda_compiled_version=version.cuda or "None",
        gcc_version=_first(r"gcc (.*)", _output("gcc", "--version")),
        clang_version=_first(r"clang version (.*)", _output("clang", "--version")),
        cmake_version=_first(r"cmake (.*)", _output("cmake", "--version")),
        os=_system(),
        libc_version="-".join(p for p in platform.libc_ver() if p) or "N/A",
        python_version=f"{sys.version.replace(chr(10), ' ')} ({bits}-bit runtime)",
        python_platform=platform.platform(),
        is_cuda_available=str(cuda.is_available()),
        cuda_runtime_version=_first(r"release .+ V(.*)", _output("nvcc", "--version")),
        cuda_module_loading=os.environ.get("CUDA_MODULE_LOADING", "N/A"),
        nvidia_driver_version=_first(r"Driver Version: (\S+)", _output("nvidia-smi")),
        nvidia_gpu_models=re.sub(r" \(UUID: .+?\)", "", gpus) if gpus else None,
        cudnn_version=None,
        is_xpu_available=str(xpu.is_available()),
        pip_version=f"pip{sys.version_info[0]}",
        pip_packages=_packages(),
        conda_packages=_conda(),
        hip_compiled_version="N/A",
        hip_runtime_version="N/A",
        miopen_runtime_version="N/A",
        caching_allocator_config=os.environ.get("PYTORCH_CUDA_ALLOC_CONF", "N/A"),
        is_xnnpack_available="False",
        cpu_info=_processor(),
    )


def pretty_str(envinfo: SystemEnv) -> str:
    """What `get_env_info` found, as text."""
    told = {k: UNKNOWN if v is None else v for k, v in envinfo._asdict().items()}
    for key, head in (("pip_packages", f"[{told['pip_version']}]"), ("conda_packages", "[conda]")):
        told[key] = "\n".join(f"{head} {line}" for line in told[key].splitlines())
    return FORM.format(**told)


def get_pretty_env_info() -> str:
    """Versions and hardware as text."""
    return pretty_str(get_env_info())


def main() -> None:
    """Print it."""
    print("Collecting environment information...")
    print(get_pretty_env_info())


__getattr__ = _absent.attributes(__name__)

if __name__ == "__main__":
    main()
