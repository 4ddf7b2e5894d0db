"""How GPAW is built by `make dft-engine`: MPI, FFTW, ScaLAPACK and libxc of Debian."""

compiler = "mpicc"
mpi = True
fftw = True
scalapack = True
libraries = ["xc", "fftw3", "scalapack-openmpi", "openblas"]
extra_compile_args = ["-O3", "-march=native", "-fPIC"]
