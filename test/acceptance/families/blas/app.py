"""Uses a library in a folder that ld.so.conf.d names: by a program, and by its name."""
import ctypes

from tools import answers, run


@answers
def handler():
    library = ctypes.CDLL("libblas.so.3")
    library.cblas_dasum.restype = ctypes.c_double
    total = library.cblas_dasum(3, (ctypes.c_double * 3)(1, -2, 3), 1)
    return {"program": run("dotproduct", "1", "2", "3", "4").strip(), "library": total}
