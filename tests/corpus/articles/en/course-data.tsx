// ⟪about notation="program data"⟫
const X = [[1, 2], [0, 1]];
const WQ = [[1, 0], [1, 1]];
const WK = [[0.5, 0], [0, 2]];
const WV = [[2, 1], [1, 0]];

const worked: { Q: Mat; K: Mat; V: Mat; S: Mat } = {
  Q: ⟪right¦[[3, 2], [1, 1]]⟫,
  K: ⟪wrong 2,1 be=0.5,4;0,2¦[[0.5, 4], [0.5, 2]]⟫,
  V: ⟪right¦[[4, 1], [1, 0]]⟫,
};

// The bars of a drawing have nothing to do with it.
const heights = [120, 80, 160];
const margin = { top: 20, left: 15, ticks: [0, 0.25, 0.5] };

const rows: { word: string; score: number; how: string }[] = [
  { word: "one", score: ⟪right¦6.72⟫, how: "(3×0.5 + 2×4)/√2" },
  { word: "two", score: ⟪wrong 1,1 be=2.83¦3.83⟫, how: "(3×0 + 2×2)/√2" },
];

export const drill = [
  { q: "softmax([1, 1, 1])_1 = ?", answer: "⟪right¦0.333⟫" },
  { q: "exp(2) ≈ ? (two decimals)", answer: "⟪wrong 1,1 be=7.39¦7.93⟫" },
  { q: "softmax([0, 5]) = ?", options: ["(0.5, 0.5)", "(0.01, 0.99)"], answer: 1 },
];

export const Note = () => (
  <p>The fast wave at position 1 is sin(1) ≈ ⟪right¦0.841⟫, as <b>&quot;sin&quot;</b> says.</p>
);

export const Blend = () => (
  <div>
    <div style={line}>
      <span style={name}>z =</span>
      <span style={{ color: "#7dd3fc" }}>0.25·[4, 8]</span>
      <span style={sign}>+</span>
      <span style={{ color: "#7dd3fc", padding: "2px 4px" }}>0.75·[0, 4]</span>
    </div>
    <div style={line}>
      <span style={name}>=</span>
      <span style={{ color: "#2dd4bf" }}>⟪right¦[1, 2]⟫</span>
      <span style={sign}>+</span>
      <span style={{ color: "#2dd4bf" }}>⟪wrong 1,2 be=0,3¦[0, 4]⟫</span>
    </div>
    <div style={line}>
      <span style={name}>=</span>
      <span style={{ color: "#f472b6", fontWeight: 700 }}>⟪right¦[1, 5]⟫</span>
    </div>
  </div>
);
