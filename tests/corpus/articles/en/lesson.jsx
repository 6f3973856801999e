// ⟪about notation="JSX strings"⟫
import { Tex, Note } from "./components";

const STEPS = 3;
const scale = [1.5, 2.0, 0.25];

export function Lesson() {
  return (
    <article style={{ margin: 12, lineHeight: 1.6 }}>
      <h1>One query in JSX</h1>
      <Tex math={String.raw`q = \begin{bmatrix} 1 & 1 \end{bmatrix}, \quad K = \begin{bmatrix} 1 & 0 \\ 0 & 2 \end{bmatrix}`} />
      <Tex math={String.raw`q K^T = ⟪right¦\begin{bmatrix} 1 & 2 \end{bmatrix}⟫`} />
      <Tex math={String.raw`\text{softmax}\left(\frac{q K^T}{\sqrt{2}}\right) = ⟪wrong 1,1 1,2 cause=no-scaling be=0.33,0.67¦\begin{bmatrix} 0.27 & 0.73 \end{bmatrix}⟫`} />
      <Note width={320}>Weights always sum to 1.</Note>
    </article>
  );
}
