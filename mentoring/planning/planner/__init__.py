"""The planner: a term as files, a first rota, the solver that proves it best, and the reasons."""
