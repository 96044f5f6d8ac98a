"""Rows by the index of a sum, against NumPy."""

import numpy as np
import pytest

import gradviz as gv

RANDOM = np.random.default_rng(5)
X, Y, M = (RANDOM.normal(size=s) for s in ((4, 3), (5, 3), (2, 3)))
W, T, S = (RANDOM.normal(size=s) for s in ((2, 3), (4, 2), (3, 3)))
R = RANDOM.normal(size=(4, 2))
w, c, t, g = (RANDOM.normal(size=n) for n in (3, 3, 4, 2))
AT = {"X": X, "Y": Y, "M": M, "W": W, "T": T, "S": S, "R": R, "w": w, "c": c, "t": t, "g": g}
DECLARED = (
    "X ∈ ℝ^{N×d}; Y ∈ ℝ^{P×d}; M, W ∈ ℝ^{K×d}; T, R ∈ ℝ^{N×K}; S ∈ ℝ^{d×d}; w, c ∈ ℝ^d; t ∈ ℝ^N; g ∈ ℝ^K; D ∈ ℝ^{N×P}; "
)

PROGRAMS = [
    ("L = ∑_{n=1}^N (t_n - wᵀX_n)²", np.sum((t - X @ w) ** 2)),
    ("L = ∑_n ∑_k R_{nk} ‖X_n - M_k‖²", np.sum(R * ((X[:, None] - M[None]) ** 2).sum(2))),
    ("L = ∑_k (M[k, :]ᵀ w)² + ∑_k M[k, :] · w", np.sum((M @ w) ** 2) + np.sum(M @ w)),
    ("L = ∑_k g_k e^{-‖c - M[k,:]‖²/2}", np.sum(g * np.exp(-((c - M) ** 2).sum(1) / 2))),
    ("L = ∑_n (X_n - c)ᵀ S (X_n - c)", np.einsum("ni,ij,nj", X - c, S, X - c)),
    ("L = ∑_n ‖W X_n - T_n‖", np.linalg.norm(X @ W.T - T, axis=1).sum()),
    ("D_{nm} = ‖X_n - Y_m‖²; L = sum(exp(-D))", np.exp(-((X[:, None] - Y[None]) ** 2).sum(2)).sum()),
    ("L = ∑_i sum(tanh(X[i, :]) ⊙ w / 2) + ∑_i ⟨X_i, X_i²⟩", np.sum(np.tanh(X) * w / 2) + np.sum(X**3)),
    ("L = ∑_j ‖X[:, j]‖²", np.sum(X**2)),
    ("L = ∑_i ∑_j X_iᵀ Y_j", X.sum(0) @ Y.sum(0)),
]


@pytest.mark.parametrize(("program", "value"), PROGRAMS)
def test_values_and_gradients(program: str, value: float) -> None:
    declared = DECLARED.replace("; D ∈ ℝ^{N×P}", "") if "D_{nm}" in program else DECLARED
    graph = gv.parse(declared + program)
    known = {name: x for name, x in AT.items() if name in graph.dag.names}
    ex = graph.explain(at=known, wrt=[])
    assert np.isclose(ex.values["L"], value)
    for name in ("X", "M", "w", "c"):
        found = np.asarray(graph.explain(at=known, wrt=[name]).gradients[name], dtype=float)
        for place in np.ndindex(AT[name].shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = AT[name].copy()
                moved[place] += step
                ends.append(float(graph.explain(at={**known, name: moved}, wrt=[]).values["L"]))
            assert np.isclose(np.broadcast_to(found, AT[name].shape)[place], (ends[0] - ends[1]) / 2e-6, atol=1e-5)


@pytest.mark.parametrize(
    ("program", "by", "form"),
    [
        ("L = 1/2 ∑_{n=1}^N (t_n - wᵀX_n)²", "w", "−Xᵀ(t − X w)"),
        ("L = ∑_n (X_n - c)ᵀ S⁻¹ (X_n - c)", "S", "−S⁻ᵀ (X − c)ᵀ(X − c) S⁻ᵀ"),
        ("L = ∑_n ‖W X_n - T_n‖²", "W", "2(W Xᵀ − Tᵀ) X"),
        ("E_{nm} = ‖X_n - Y_m‖²; L = sum(exp(-E))", "X", "−2 Σₖ e^(−Eᵢₖ) (Xᵢⱼ − Yₖⱼ)"),
    ],
)
def test_come_to_matrices(program: str, by: str, form: str) -> None:
    graph = gv.parse(DECLARED + program)
    assert str(graph.gradient(by)) == form
    assert graph.check(by, form).ok


@pytest.mark.parametrize("body", ["w X_n", "X_n", "tr(X_n)", "S X_n"])
def test_what_is_no_number_is_refused(body: str) -> None:
    with pytest.raises(gv.GradvizError, match="the number of indices is 1, and the shape is N×d"):
        gv.parse(f"{DECLARED}L = ∑_n {body}")


def test_an_index_runs_as_far_as_is_stated_of_what_it_defines() -> None:
    program = "t ∈ ℝ^4; G_{ij} = 𝟙[t_i = j]; L = sum(G)"
    with pytest.raises(gv.GradvizError, match="the range of j is unknown"):
        gv.parse(program)
    found = gv.parse(f"{program}; G ∈ ℝ^{{4×3}}").explain(at={"t": [3, 1, 4, 3]}, wrt=[])
    assert found.values["L"] == 3
    assert np.shape(found.values["G"]) == (4, 3)
    with pytest.raises(gv.GradvizError, match="declared as 3"):
        gv.parse("x ∈ ℝ^5; y_i = x_i; y ∈ ℝ^3; L = sum(y)")
