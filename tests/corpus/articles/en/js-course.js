// ⟪about notation="JSX strings"⟫
export const lessons = [
  {
    id: 7, minutes: 15, level: 2,
    title: "Dot products as similarity",
    body: `<p>The query is q = [2, 0]; the keys are k1 = [1, 1], k2 = [0, 3] and k3 = [2, 1].</p>
<pre><code>q · k1 = 2*1 + 0*1 = ⟪right¦2⟫
q · k2 = 2*0 + 0*3 = ⟪right¦0⟫
q · k3 = 2*2 + 0*1 = ⟪wrong be=4¦6⟫
scores = ⟪carried¦[2, 0, 6]⟫
scaled = ⟪carried¦[2/√2, 0/√2, 6/√2] ≈ [1.41, 0.00, 4.24]⟫</code></pre>`,
    quiz: [{ q: "What is [1, 2] · [3, 4]?", options: ["7", "11", "[3, 8]"], answer: 1 }],
  },
];
