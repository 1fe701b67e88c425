"""Optimises a rota: a term as files, a greedy first rota, the solver that proves the best, and the reasons."""
