// ⟪about notation="JSX strings"⟫
type Step = { id: number; tex: string };

const steps: Step[] = [
  { id: 1, tex: String.raw`s = \begin{bmatrix} 1.5 & 0.5 \end{bmatrix}` },
  { id: 2, tex: String.raw`\text{softmax}(s) = ⟪right¦\begin{bmatrix} 0.73 & 0.27 \end{bmatrix}⟫` },
  { id: 3, tex: "\\text{softmax}(2s) = ⟪wrong 1,1 1,2 be=0.88,0.12¦\\begin{bmatrix} 0.92 & 0.08 \\end{bmatrix}⟫" },
];

export const width = [320, 640, 1280];
