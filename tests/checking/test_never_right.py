"""Wrong answers that are right at many points, or where something that was declared is forgotten: never called right."""

import pytest

import gradviz as gv

SEEDS = range(5)
BINARY = "y ∈ {0,1}; z = w x; ŷ = σ(z); L = -𝟙[y=1] ln ŷ - 𝟙[y=0] ln(1-ŷ)"
CASES = r"y ∈ {0,1}; p = σ(w x); L = \begin{cases} -ln p & y = 1 \\ -ln(1-p) & \text{otherwise} \end{cases}"
CLASS = "z ∈ ℝ^3; t ∈ {1,2,3}; p = softmax(z); L = -Σ_k 𝟙[k=t] ln p_k"
ONE_HOT = "z ∈ ℝ^3; y ∈ onehot(3); p = softmax(z); L = -Σ_k 𝟙[y_k=1] ln p_k"
MASK = "m ∈ {0,1}^5; x, w ∈ ℝ^5; L = sum(1[m=1] ⊙ x ⊙ w)"
NOT_ZERO = "m ∈ {0,1}^5; x, w ∈ ℝ^5; L = sum(1[m≠0] ⊙ x ⊙ w)"
SIGN = "s ∈ {-1,1}; L = 𝟙[s=1] w x + 𝟙[s=-1] w"
ABOVE = "y ∈ {0,1}; L = w 1[y>0]"
TENTH = "t ∈ {1,2,3,4,5,6,7,8,9,10}; L = w 1[t=7]"
RELU = "z = w x + b; h = relu(z); L = (h-y)²/2"
CLIP = "h = clip(w x,-1,1); L = (h-y)²/2"
HUBER = "d > 0; r = y - w x; L = huber(y, w x, d)"
LABELS = "x ∈ ℝ^n; y ∈ {0, 1}^n; L = sum(x ⊙ y)"
SOFTMAX = "z ∈ ℝ^k; y ∈ onehot(k); p = softmax(z); L = -∑_i y_i ln p_i"
COUNTED = "x ∈ ℝ^n; W ∈ ℝ^{n×n}; L = sum(relu(W x))"
PLACED = "x ∈ ℝ^n; y ∈ {0, 1}^n; s = sum(y); L = sum(x ⊙ y) + s²"
MASKED = "y ∈ {0,1}^4; w, v ∈ ℝ^4; L = vᵀ relu(w ⊙ y)"

WRONG = [
    *[(BINARY, "w", a) for a in ("0", "ŷ x 𝟙[y=0]", "(ŷ-1) x 𝟙[y=1]")],
    *[(CASES, "w", a) for a in ("0", "p x")],
    *[(CLASS, "z", a) for a in ("0", "p")],
    *[(ONE_HOT, "z", a) for a in ("0", "p")],
    *[(program, "w", a) for program in (MASK, NOT_ZERO) for a in ("0", "x")],
    *[(SIGN, "w", a) for a in ("0", "x", "1", "s x")],
    *[(ABOVE, "w", a) for a in ("0", "1", "1[y≥0]", "1[y<1]")],
    *[(TENTH, "w", a) for a in ("0", "1[t>6]", "1[t<8]", "1[t≥7]")],
    *[(RELU, "w", a) for a in ("(h-y) 1[h≥0] x", "(h-y) x (1[z>0] + 1[h=0])")],
    *[(MASKED, "w", a) for a in ("v", "v ⊙ 1[w ⊙ y ≥ 0]")],
    ("L = x^2", "x", "2x + 1[tan(arctan(x)) = x]"),
    ("m = max(a,b); L = c m^2", "a", "2 c m (1[m=a] + 1[m=b])"),
    *[("m = max(a,b); L = c m^2", "a", a) for a in ("2 c a 1[a>2b]", "2 c a 1[a>b] 1[c>0]", "2 c m 1[a>0]")],
    *[("L = max(a,b,c)", "a", a) for a in ("0", "1[a>b]", "1[a>b] 1[b>c]")],
    *[(HUBER, "w", f"-x (r 1[{a} ≤ d] + d sign(r) 1[{a} > d])") for a in ("r", "r²")],
    *[(RELU, "w", f"(h-y) 1[{a}] x") for a in ("w x > 0", "z>1", "z>0.01")],
    *[(CLIP, "w", f"(h-y) x {a}") for a in ("1[|w|<1]", "1[w x>-1] 1[w x<2]")],
    ("x ∈ ℝ^4; L = ‖x‖_1", "x", "sign(x-0.01)"),
    *[("L = sin(x)", "x", a) for a in ("√(1 - sin²x)", "|cos(x)|")],
    *[("L = x²", "x", f"2x + {a}") for a in ("1[x>0.3] 1[x<0.31]", "relu(x-10^20)²", "1[x>10^20]")],
    ("L = x²", "x", "2 max(x, -10^20)"),
    *[(LABELS, "x", f"y + {a}") for a in ("floor(n/20)", "𝟙[sum(y)/n = 9/10]", "𝟙[sum(y) = 8]", "max(0, sum(y)-10)")],
    *[(LABELS, "x", f"y + {a}") for a in ("sum(y) (sum(y)-1) (sum(y)-2) (sum(y)-3) (sum(y)-4)", "prod(y)")],
    *[(SOFTMAX, "z", f"p - y + {a}") for a in ("prod(y)", "𝟙[∑_i i y_i > 6.5]", "relu(∑_i i y_i - 8)")],
    *[(COUNTED, "x", f"Wᵀ (𝟙[W x > 0] + {a})") for a in ("𝟙[sum(𝟙[W x>0]) > 9]", "relu(sum(𝟙[W x>0]) - 9)")],
    (PLACED, "x", "y + s (s-1) (s-2) (s-3) (s-4)"),
    ("X ∈ ℝ^{n×n}; L = sum(X ⊙ X)", "X", "2 X_ij 𝟙[i - j < 9]"),
]

RIGHT = [
    (BINARY, "w", "(ŷ-y) x"),
    (CASES, "w", "(p-y) x"),
    (ONE_HOT, "z", "p - y"),
    (MASK, "w", "m ⊙ x"),
    (NOT_ZERO, "w", "m ⊙ x"),
    (SIGN, "w", "(1+s)/2 x + (1-s)/2"),
    *[(ABOVE, "w", a) for a in ("y", "1[y≥1]", "1[y≠0]", "1[y>0.5]", "1 - 1[y=0]")],
    (TENTH, "w", "1[t>6] 1[t<8]"),
    *[(RELU, "w", a) for a in ("(h-y) x 1[h≠0]", "(h-y) x 1[h>0]", "(h-y) x 1[z≥0]")],
    *[(MASKED, "w", a) for a in ("v ⊙ y ⊙ 1[w>0]", "v ⊙ y ⊙ 1[w ⊙ y ≥ 0]")],
    ("m = max(a,b); L = c m^2", "a", "2 c m 1[m = a]"),
    ("x ∈ ℝ^4; L = max(x)", "x", "1[x = max(x)]"),
    ("X ∈ ℝ^{n×n}; A_ij = X_ij 𝟙[j ≤ i]; L = sum(A ⊙ A)", "X", "2 X_ij 𝟙[j ≤ i]"),
    (
        "x ∈ ℝ^n; y ∈ {-1, 1}^n; w, b ∈ ℝ; L = 1/n ∑_i max(0, 1 - y_i (w x_i + b))",
        "b",
        "-1/n ∑_i y_i 𝟙[y_i (w x_i + b) < 1]",
    ),
    ("x ∈ ℝ^n; y ∈ {0, 1}^n; L = 𝟙[sum(y) > -1] ‖x‖²", "x", "2 x"),
]


@pytest.mark.parametrize(("program", "target", "answer"), WRONG)
def test_what_is_wrong_somewhere_is_never_right(program, target, answer):
    found = {gv.parse(program).check(target, answer, seed=seed, feedback="verdict").status for seed in SEEDS}
    assert found <= {"unequal_proved", "undecided"}


@pytest.mark.parametrize(("program", "target", "answer"), RIGHT)
def test_what_is_right_everywhere_is_proved(program, target, answer):
    found = {gv.parse(program).check(target, answer, seed=seed).status for seed in SEEDS}
    assert found == {"equal_proved"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [("2 h x 1[z>0]", False), ("2 h x 1[h>0]", False), ("2 h x 1[z≥0]", True), ("2 h x + 1[z=1/2]", True)],
)
def test_what_is_another_number_at_kinks_is_told(answer, said):
    found = gv.parse("z = w x; h = relu(z); L = h²").check("w", answer, seed=1)
    assert found.status == "equal_proved"
    assert ("where something switches" in found.message) is said
