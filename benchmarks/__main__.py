"""`make bench`: every benchmark in turn, as tables."""

from benchmarks import alert, box, log_ins, lunch, reading, rota, sheets

for benchmark in (box, log_ins, sheets, reading, lunch, alert, rota):
    print(f"\n## {benchmark.__doc__.splitlines()[0]}\n")
    benchmark.main()
