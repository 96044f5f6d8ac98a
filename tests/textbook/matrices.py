"""Matrix calculus: linear and quadratic forms, traces, inverses, determinants, norms."""

from tests.textbook.problem import Problem

# fmt: off

COOKBOOK = "Petersen & Pedersen, The Matrix Cookbook (2012)"
BOYD = "Boyd & Vandenberghe, Convex Optimization, section A.4"
PRML = "Bishop, PRML"
SQUARE = "X ∈ ℝ^{n×n}"

LINEAR = (
    Problem("linear forms", "a, x ∈ ℝ^n; L = aᵀ x", "x", "a", f"{COOKBOOK}, eq. (69); {PRML}, eq. (C.19)"),
    Problem("linear forms", "a, x ∈ ℝ^n; L = xᵀ a", "x", "a", f"{COOKBOOK}, eq. (69)"),
    Problem("linear forms", "a ∈ ℝ^n; b ∈ ℝ^m; X ∈ ℝ^{n×m}; L = aᵀ X b", "X", "a bᵀ", f"{COOKBOOK}, eq. (70)"),
    Problem("linear forms", "a ∈ ℝ^n; b ∈ ℝ^m; X ∈ ℝ^{m×n}; L = aᵀ Xᵀ b", "X", "b aᵀ", f"{COOKBOOK}, eq. (71)"),
    Problem("linear forms", f"a ∈ ℝ^n; {SQUARE}; L = aᵀ X a", "X", "a aᵀ", f"{COOKBOOK}, eq. (72)"),
    Problem("linear forms", f"a ∈ ℝ^n; {SQUARE}; L = aᵀ Xᵀ a", "X", "a aᵀ", f"{COOKBOOK}, eq. (72)"),
    Problem("linear forms", "A ∈ ℝ^{m×n}; x ∈ ℝ^n; y ∈ ℝ^m; L = yᵀ A x", "x", "Aᵀ y", "Magnus & Neudecker, Matrix Differential Calculus, chapter 9"),
    Problem("linear forms", "A ∈ ℝ^{m×n}; x ∈ ℝ^n; y ∈ ℝ^m; L = yᵀ A x", "y", "A x", "Magnus & Neudecker, Matrix Differential Calculus, chapter 9"),
    Problem("linear forms", "x, y ∈ ℝ^n; L = x · y", "x", "y", f"{PRML}, eq. (C.19)"),
)

QUADRATIC = (
    Problem("quadratic forms", "x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "x", "(A + Aᵀ) x", f"{COOKBOOK}, eq. (81)"),
    Problem("quadratic forms", "x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "A", "x xᵀ", f"{COOKBOOK}, eq. (72)"),
    Problem("quadratic forms", "x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; L = xᵀ A x", "x", "2A x", "Magnus & Neudecker, Matrix Differential Calculus, chapter 9"),
    Problem("quadratic forms", "x, b ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x + bᵀ x", "x", "(A + Aᵀ) x + b", f"{COOKBOOK}, eq. (97)"),
    Problem("quadratic forms", "x, q ∈ ℝ^n; P ∈ ℝ^{n×n}; P symmetric; f = 1/2 xᵀ P x + qᵀ x + r", "x", "P x + q", f"{BOYD}.1"),
    Problem("quadratic forms", "b, c ∈ ℝ^m; X ∈ ℝ^{n×m}; L = bᵀ Xᵀ X c", "X", "X(b cᵀ + c bᵀ)", f"{COOKBOOK}, eq. (77)"),
    Problem("quadratic forms", "b, c ∈ ℝ^m; D ∈ ℝ^{n×n}; X ∈ ℝ^{n×m}; L = bᵀ Xᵀ D X c", "X", "D X c bᵀ + Dᵀ X b cᵀ", f"{COOKBOOK}, eq. (82)"),
    Problem("quadratic forms", "B ∈ ℝ^{m×n}; D ∈ ℝ^{p×n}; C ∈ ℝ^{m×p}; b ∈ ℝ^m; d ∈ ℝ^p; x ∈ ℝ^n; L = (B x + b)ᵀ C (D x + d)", "x", "Bᵀ C(D x + d) + Dᵀ Cᵀ(B x + b)", f"{COOKBOOK}, eq. (78)"),
    Problem("quadratic forms", "X ∈ ℝ^{n×m}; b ∈ ℝ^m; c ∈ ℝ^n; D ∈ ℝ^{n×n}; L = (X b + c)ᵀ D (X b + c)", "X", "(D + Dᵀ)(X b + c) bᵀ", f"{COOKBOOK}, eq. (83)"),
    Problem("quadratic forms", "x ∈ ℝ^n; s ∈ ℝ^m; A ∈ ℝ^{n×m}; W ∈ ℝ^{n×n}; W symmetric; L = (x - A s)ᵀ W (x - A s)", "s", "−2Aᵀ W(x − A s)", f"{COOKBOOK}, eq. (84)"),
    Problem("quadratic forms", "x, s ∈ ℝ^n; W ∈ ℝ^{n×n}; W symmetric; L = (x - s)ᵀ W (x - s)", "x", "2W(x − s)", f"{COOKBOOK}, eq. (85)"),
    Problem("quadratic forms", "x, s ∈ ℝ^n; W ∈ ℝ^{n×n}; W symmetric; L = (x - s)ᵀ W (x - s)", "s", "−2W(x − s)", f"{COOKBOOK}, eq. (86)"),
    Problem("quadratic forms", "x ∈ ℝ^n; s ∈ ℝ^m; A ∈ ℝ^{n×m}; W ∈ ℝ^{n×n}; W symmetric; L = (x - A s)ᵀ W (x - A s)", "x", "2W(x − A s)", f"{COOKBOOK}, eq. (87)"),
    Problem("quadratic forms", "x ∈ ℝ^n; s ∈ ℝ^m; A ∈ ℝ^{n×m}; W ∈ ℝ^{n×n}; W symmetric; L = (x - A s)ᵀ W (x - A s)", "A", "−2W(x − A s) sᵀ", f"{COOKBOOK}, eq. (88)"),
)

TRACES = (
    Problem("traces", f"{SQUARE}; L = tr(X)", "X", "I", f"{COOKBOOK}, eq. (99); {PRML}, eq. (C.26)"),
    Problem("traces", "A ∈ ℝ^{m×n}; X ∈ ℝ^{n×m}; L = tr(A X)", "X", "Aᵀ", f"{COOKBOOK}, eq. (100); {PRML}, eq. (C.24)"),
    Problem("traces", "A ∈ ℝ^{m×n}; X ∈ ℝ^{n×m}; L = tr(X A)", "X", "Aᵀ", f"{COOKBOOK}, eq. (100)"),
    Problem("traces", "A ∈ ℝ^{p×n}; X ∈ ℝ^{n×m}; B ∈ ℝ^{m×p}; L = tr(A X B)", "X", "Aᵀ Bᵀ", f"{COOKBOOK}, eq. (101)"),
    Problem("traces", "A ∈ ℝ^{p×m}; X ∈ ℝ^{n×m}; B ∈ ℝ^{n×p}; L = tr(A Xᵀ B)", "X", "B A", f"{COOKBOOK}, eq. (102)"),
    Problem("traces", "A, X ∈ ℝ^{n×m}; L = tr(Xᵀ A)", "X", "A", f"{COOKBOOK}, eq. (103); {PRML}, eq. (C.25)"),
    Problem("traces", "A, X ∈ ℝ^{n×m}; L = tr(A Xᵀ)", "X", "A", f"{COOKBOOK}, eq. (104)"),
    Problem("traces", f"{SQUARE}; L = tr(X X)", "X", "2Xᵀ", f"{COOKBOOK}, eq. (106)"),
    Problem("traces", f"{SQUARE}; B ∈ ℝ^{{n×n}}; L = tr(X X B)", "X", "Bᵀ Xᵀ + Xᵀ Bᵀ", f"{COOKBOOK}, eq. (107)"),
    Problem("traces", "X ∈ ℝ^{n×m}; B ∈ ℝ^{n×n}; L = tr(Xᵀ B X)", "X", "(B + Bᵀ) X", f"{COOKBOOK}, eq. (108)"),
    Problem("traces", "X ∈ ℝ^{n×m}; B ∈ ℝ^{n×n}; L = tr(B X Xᵀ)", "X", "(B + Bᵀ) X", f"{COOKBOOK}, eq. (109)"),
    Problem("traces", "X ∈ ℝ^{n×m}; B ∈ ℝ^{n×n}; L = tr(X Xᵀ B)", "X", "(B + Bᵀ) X", f"{COOKBOOK}, eq. (110)"),
    Problem("traces", "X ∈ ℝ^{n×m}; B ∈ ℝ^{m×m}; L = tr(X B Xᵀ)", "X", "X(B + Bᵀ)", f"{COOKBOOK}, eq. (111); {PRML}, eq. (C.27)"),
    Problem("traces", "X ∈ ℝ^{n×m}; B ∈ ℝ^{m×m}; L = tr(B Xᵀ X)", "X", "X(B + Bᵀ)", f"{COOKBOOK}, eq. (112)"),
    Problem("traces", "X ∈ ℝ^{n×m}; B ∈ ℝ^{m×m}; L = tr(Xᵀ X B)", "X", "X(B + Bᵀ)", f"{COOKBOOK}, eq. (113)"),
    Problem("traces", "X ∈ ℝ^{n×m}; A, B ∈ ℝ^{m×n}; L = tr(A X B X)", "X", "Aᵀ Xᵀ Bᵀ + Bᵀ Xᵀ Aᵀ", f"{COOKBOOK}, eq. (114)"),
    Problem("traces", "X ∈ ℝ^{n×m}; L = tr(Xᵀ X)", "X", "2X", f"{COOKBOOK}, eq. (115)"),
    Problem("traces", "X ∈ ℝ^{n×m}; L = tr(X Xᵀ)", "X", "2X", f"{COOKBOOK}, eq. (115)"),
    Problem("traces", "X ∈ ℝ^{n×m}; C ∈ ℝ^{n×n}; B ∈ ℝ^{m×p}; L = tr(Bᵀ Xᵀ C X B)", "X", "(C + Cᵀ) X B Bᵀ", f"{COOKBOOK}, eq. (116)"),
    Problem("traces", "X ∈ ℝ^{n×m}; B ∈ ℝ^{n×n}; C ∈ ℝ^{m×m}; L = tr(Xᵀ B X C)", "X", "B X C + Bᵀ X Cᵀ", f"{COOKBOOK}, eq. (117)"),
    Problem("traces", "A ∈ ℝ^{p×n}; X ∈ ℝ^{n×m}; B ∈ ℝ^{m×m}; C ∈ ℝ^{n×p}; L = tr(A X B Xᵀ C)", "X", "Aᵀ Cᵀ X Bᵀ + C A X B", f"{COOKBOOK}, eq. (118)"),
    Problem("traces", "A ∈ ℝ^{p×n}; X ∈ ℝ^{n×m}; B ∈ ℝ^{m×q}; C ∈ ℝ^{p×q}; L = tr((A X B + C) (A X B + C)ᵀ)", "X", "2Aᵀ(A X B + C) Bᵀ", f"{COOKBOOK}, eq. (119)"),
    Problem("traces", f"{SQUARE}; L = tr(X X X)", "X", "3Xᵀ Xᵀ", f"{COOKBOOK}, eq. (121)"),
    Problem("traces", f"{SQUARE}; L = tr(matpow(X, 5))", "X", "5Xᵀ Xᵀ Xᵀ Xᵀ", f"{COOKBOOK}, eq. (121)"),
    Problem("traces", f"{SQUARE}; L = tr(matpow(X, -3))", "X", "−3X⁻ᵀ X⁻ᵀ X⁻ᵀ X⁻ᵀ", f"{COOKBOOK}, eq. (121)"),
    Problem("traces", f"{SQUARE}; A ∈ ℝ^{{n×n}}; L = tr(A matpow(X, 3))", "X", "Aᵀ Xᵀ Xᵀ + Xᵀ Aᵀ Xᵀ + Xᵀ Xᵀ Aᵀ", f"{COOKBOOK}, eq. (122)"),
    Problem("quadratic forms", "a, b ∈ ℝ^n; X ∈ ℝ^{n×n}; L = aᵀ matpow(X, 3) b", "X", "a bᵀ Xᵀ Xᵀ + Xᵀ a bᵀ Xᵀ + Xᵀ Xᵀ a bᵀ", f"{COOKBOOK}, eq. (91)"),
    Problem("traces", f"{SQUARE}; A ∈ ℝ^{{n×n}}; L = tr(A X X X)", "X", "Aᵀ Xᵀ Xᵀ + Xᵀ Aᵀ Xᵀ + Xᵀ Xᵀ Aᵀ", f"{COOKBOOK}, eq. (122)"),
)

INVERSES = (
    Problem("inverses", f"a, b ∈ ℝ^n; {SQUARE}; L = aᵀ X⁻¹ b", "X", "−X⁻ᵀ a bᵀ X⁻ᵀ", f"{COOKBOOK}, eq. (61)"),
    Problem("inverses", f"{SQUARE}; A ∈ ℝ^{{p×n}}; B ∈ ℝ^{{n×p}}; L = tr(A X⁻¹ B)", "X", "−X⁻ᵀ Aᵀ Bᵀ X⁻ᵀ", f"{COOKBOOK}, eq. (63), (124)"),
    Problem("inverses", f"{SQUARE}; A ∈ ℝ^{{n×n}}; L = tr(X⁻¹ A)", "X", "−X⁻ᵀ Aᵀ X⁻ᵀ", f"{COOKBOOK}, eq. (124)"),
    Problem("inverses", f"{SQUARE}; L = tr(X⁻¹)", "X", "−X⁻ᵀ X⁻ᵀ", f"{COOKBOOK}, eq. (64)"),
    Problem("inverses", f"{SQUARE}; A ∈ ℝ^{{n×n}}; L = tr((X + A)⁻¹)", "X", "−(X + A)⁻ᵀ (X + A)⁻ᵀ", f"{COOKBOOK}, eq. (64)"),
    Problem("inverses", "c, b ∈ ℝ^n; A ∈ ℝ^{n×n}; x = A⁻¹ b; L = cᵀ x", "b", "A⁻ᵀ c", "Giles 2008, Collected matrix derivative results, section 2"),
    Problem("inverses", "c, b ∈ ℝ^n; A ∈ ℝ^{n×n}; x = A⁻¹ b; L = cᵀ x", "A", "−A⁻ᵀ c xᵀ", "Giles 2008, Collected matrix derivative results, section 2"),
    Problem("inverses", "x ∈ ℝ^n; S ∈ ℝ^{n×n}; S symmetric; L = xᵀ S⁻¹ x", "x", "2S⁻¹ x", f"{COOKBOOK}, eq. (85)"),
)

DETERMINANTS = (
    Problem("determinants", f"{SQUARE}; L = det(X)", "X", "L X⁻ᵀ", f"{COOKBOOK}, eq. (49)"),
    Problem("determinants", f"{SQUARE}; L = ln(det(X))", "X", "X⁻ᵀ", f"{COOKBOOK}, eq. (57); {PRML}, eq. (C.28)"),
    Problem("determinants", f"{SQUARE}; L = ln |det(X)|", "X", "X⁻ᵀ", f"{COOKBOOK}, eq. (57)"),
    Problem("determinants", f"{SQUARE}; L = logdet(X)", "X", "X⁻ᵀ", f"{COOKBOOK}, eq. (57); {BOYD}.1"),
    Problem("determinants", f"{SQUARE}; A, B ∈ ℝ^{{n×n}}; L = det(A X B)", "X", "L X⁻ᵀ", f"{COOKBOOK}, eq. (51)"),
    Problem("determinants", f"{SQUARE}; L = det(X⁻¹)", "X", "−L X⁻ᵀ", f"{COOKBOOK}, eq. (62)"),
    Problem("determinants", "X ∈ ℝ^{5×3}; L = ln(det(Xᵀ X))", "X", "2X (Xᵀ X)⁻¹", f"{COOKBOOK}, eq. (55)"),
    Problem("determinants", f"{SQUARE}; L = det(X X)", "X", "2L X⁻ᵀ", f"{COOKBOOK}, eq. (58)"),
    Problem("determinants", f"{SQUARE}; L = det(matpow(X, 3))", "X", "3L X⁻ᵀ", f"{COOKBOOK}, eq. (58)"),
    Problem("determinants", f"{SQUARE}; A ∈ ℝ^{{n×n}}; L = ln(det(A X))", "X", "X⁻ᵀ", f"{COOKBOOK}, eq. (51), (57)"),
    Problem("determinants", "X ∈ ℝ^{n×m}; L = det(Xᵀ X)", "X", "2L X (Xᵀ X)⁻¹", f"{COOKBOOK}, eq. (53)"),
    Problem("determinants", "X ∈ ℝ^{n×m}; A ∈ ℝ^{n×n}; A symmetric; L = det(Xᵀ A X)", "X", "2L A X (Xᵀ A X)⁻¹", f"{COOKBOOK}, eq. (53)"),
    Problem("determinants", "X ∈ ℝ^{n×m}; A ∈ ℝ^{n×n}; L = det(Xᵀ A X)", "X", "L(A X (Xᵀ A X)⁻¹ + Aᵀ X (Xᵀ A X)⁻ᵀ)", f"{COOKBOOK}, eq. (54)"),
    Problem("determinants", "X ∈ ℝ^{n×m}; L = logdet(Xᵀ X)", "X", "2X (Xᵀ X)⁻¹", f"{COOKBOOK}, eq. (55)"),
    Problem("inverses", f"{SQUARE}; B ∈ ℝ^{{n×n}}; L = tr(X⁻¹ B X)", "X", "0", f"{COOKBOOK}, eq. (63): similar matrices have one trace"),
    Problem("inverses", f"{SQUARE}; L = tr(X⁻¹ X)", "X", "0", f"{COOKBOOK}, eq. (63)"),
    Problem("inverses", "X ∈ ℝ^{n×m}; B, C ∈ ℝ^{n×n}; B symmetric; C symmetric; L = tr((Xᵀ C X)⁻¹ (Xᵀ B X))", "X", "2B X (Xᵀ C X)⁻¹ − 2C X (Xᵀ C X)⁻¹ Xᵀ B X (Xᵀ C X)⁻¹", f"{COOKBOOK}, eq. (126)", status="form"),
    Problem("determinants", f"{SQUARE}; X symmetric; L = logdet(X)", "X", "X⁻¹", f"{BOYD}.1"),
)

NORMS = (
    Problem("norms", "x ∈ ℝ^n; L = ‖x‖²", "x", "2x", f"{COOKBOOK}, eq. (131)"),
    Problem("norms", "x ∈ ℝ^n; r = ‖x‖", "x", "(1/r) x", f"{COOKBOOK}, eq. (129)"),
    Problem("norms", "x, a ∈ ℝ^n; L = ‖x - a‖", "x", "(1/L)(x − a)", f"{COOKBOOK}, eq. (129)"),
    Problem("norms", "X ∈ ℝ^{n×m}; L = ‖X‖²", "X", "2X", f"{COOKBOOK}, eq. (132)"),
    Problem("norms", "X ∈ ℝ^{n×m}; L = ‖X‖_F^2", "X", "2X", f"{COOKBOOK}, eq. (132)"),
    Problem("norms", "x ∈ ℝ^n; L = ‖x‖_1", "x", "sign(x)", "Shalev-Shwartz & Ben-David, Understanding Machine Learning, section 14.2"),
    Problem("norms", "x, a ∈ ℝ^n; L = 1/2 ‖x - a‖²", "a", "a − x", f"{COOKBOOK}, eq. (131)"),
    Problem("norms", "x, v ∈ ℝ^n; r = ‖x‖; u = x/r; L = vᵀ u", "x", "(1/r)(v − (vᵀ u) u)", f"{COOKBOOK}, eq. (130)"),
    Problem("norms", "X, Y ∈ ℝ^{n×m}; L = sum(X ⊙ Y)", "X", "Y", "Magnus & Neudecker, Matrix Differential Calculus, chapter 9"),
    Problem("norms", "x ∈ ℝ^n; L = sum(x)", "x", "𝟏", f"{COOKBOOK}, eq. (69)"),
    Problem("norms", "x ∈ ℝ^n; L = mean(x)", "x", "(1/n) 𝟏", f"{COOKBOOK}, eq. (69)"),
    Problem("norms", "x ∈ ℝ^n; L = var(x)", "x", "(2/n)(x − mean(x))", "Ioffe & Szegedy 2015, Batch normalization, section 3"),
    Problem("norms", "x ∈ ℝ^n; x > 0; L = prod(x)", "x", "L ⊘ x", "Murphy, Probabilistic Machine Learning: An Introduction, section 7.8", also="prod_others(x)"),
)

MODELS = (
    Problem("matrix factorisation", "R ∈ ℝ^{m×n}; U ∈ ℝ^{m×k}; V ∈ ℝ^{n×k}; L = ‖R - U Vᵀ‖²", "U", "−2(R − U Vᵀ) V", "Koren et al. 2009, Matrix factorization techniques, eq. (2)"),
    Problem("matrix factorisation", "R ∈ ℝ^{m×n}; U ∈ ℝ^{m×k}; V ∈ ℝ^{n×k}; L = ‖R - U Vᵀ‖²", "V", "−2(R − U Vᵀ)ᵀ U", "Koren et al. 2009, Matrix factorization techniques, eq. (2)"),
    Problem("matrix factorisation", "R ∈ ℝ^{m×n}; U ∈ ℝ^{m×k}; V ∈ ℝ^{n×k}; λ > 0; L = ‖R - U Vᵀ‖² + λ(‖U‖² + ‖V‖²)", "U", "2λ U − 2(R − U Vᵀ) V", "Koren et al. 2009, Matrix factorization techniques, eq. (2)"),
    Problem("matrix factorisation", "M, R ∈ ℝ^{m×n}; U ∈ ℝ^{m×k}; V ∈ ℝ^{n×k}; L = ‖M ⊙ (R - U Vᵀ)‖²", "U", "−2(M ⊙ M ⊙ (R − U Vᵀ)) V", "Koren et al. 2009, Matrix factorization techniques, eq. (2)"),
    Problem("matrix factorisation", "u, v ∈ ℝ^k; e = r - uᵀ v; L = e^2 + λ (‖u‖² + ‖v‖²)", "u", "2(λ u − e v)", "Koren et al. 2009, Matrix factorization techniques, eq. (2)"),
    Problem("autoencoder", "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; V ∈ ℝ^{k×d}; Z = X W; L = ‖Z V - X‖²", "V", "2Zᵀ(Z V − X)", "Goodfellow et al., Deep Learning, section 14.1"),
    Problem("autoencoder", "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; V ∈ ℝ^{k×d}; Z = X W; L = ‖Z V - X‖²", "W", "2Xᵀ(Z V − X) Vᵀ", "Goodfellow et al., Deep Learning, section 14.1"),
    Problem("autoencoder", "x ∈ ℝ^d; W ∈ ℝ^{d×k}; L = ‖x - W Wᵀ x‖²", "W", "2(x xᵀ W Wᵀ + W Wᵀ x xᵀ − 2x xᵀ) W", "Baldi & Hornik 1989, Neural networks and principal component analysis; tied weights", also="2(x xᵀ W Wᵀ + (W Wᵀ x − 2x) xᵀ) W"),
    Problem("autoencoder", "x, b ∈ ℝ^d; c ∈ ℝ^k; W ∈ ℝ^{k×d}; h = σ(W x + c); x̂ = Wᵀ h + b; L = 1/2 ‖x̂ - x‖²", "h", "W(x̂ − x)", "Goodfellow et al., Deep Learning, section 14.2; tied weights"),
    Problem("autoencoder", "x, b ∈ ℝ^d; c ∈ ℝ^k; W ∈ ℝ^{k×d}; h = σ(W x + c); x̂ = Wᵀ h + b; L = 1/2 ‖x̂ - x‖²", "W", "h (x̂ − x)ᵀ + (W(x̂ − x) ⊙ h ⊙ (1 − h)) xᵀ", "Goodfellow et al., Deep Learning, section 14.2; tied weights", "later"),
    Problem("principal components", "S ∈ ℝ^{d×d}; S symmetric; u ∈ ℝ^d; L = uᵀ S u + λ (1 - uᵀ u)", "u", "2S u − 2λ u", f"{PRML}, eq. (12.4), (12.5)"),
    Problem("principal components", "S ∈ ℝ^{d×d}; S symmetric; u ∈ ℝ^d; q = uᵀ u; ρ = uᵀ S u/q", "u", "(2/q)(S u − ρ u)", "Trefethen & Bau, Numerical Linear Algebra, lecture 27"),
)

PROBLEMS = LINEAR + QUADRATIC + TRACES + INVERSES + DETERMINANTS + NORMS + MODELS
