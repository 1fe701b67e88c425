"""`make bench`: every benchmark in turn, as tables."""

from benchmarks import box, lunch, reading, rota

for benchmark in (box, reading, lunch, rota):
    print(f"\n## {benchmark.__doc__.splitlines()[0]}\n")
    benchmark.main()
