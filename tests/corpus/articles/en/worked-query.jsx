// ⟪about notation="JSX paragraphs" limit="exponentials of scores that were worked out one by one are not judged as a list"⟫
import { Card, Hint } from "../ui";

const ACCENT = "#38bdf8";

export default function WorkedQuery() {
  return (
    <Card title="One query, three keys" padding={24} columns={[1, 2, 1]}>
      <p>
        The query is q = [1, 1]. The keys are k<sub>1</sub> = [2, 0], k<sub>2</sub> = [1, &minus;1] and
        k<sub>3</sub> = [0, 2]; the values are v<sub>1</sub> = [2, 0], v<sub>2</sub> = [0, 1] and
        v<sub>3</sub> = [4, 2].
      </p>
      <ol style={{ marginLeft: 16 }}>
        <li>
          Scores: q&middot;k<sub>1</sub> = 2 + 0 = ⟪right¦2⟫, q&middot;k<sub>2</sub> = 1 &minus; 1 = ⟪right¦0⟫, q&middot;k<sub>3</sub> = 0 + 2 = ⟪right¦2⟫.
        </li>
        <li>Scaling: d = 2, and &radic;2 &asymp; ⟪right¦1.414⟫.</li>
        <li>
          Scaled scores: 2/&radic;2 = ⟪right¦1.414⟫, 0/&radic;2 = ⟪right¦0⟫, 2/&radic;2 = ⟪right¦1.414⟫.
        </li>
        <li>Softmax: exp values ⟪wrong 1,1 be=4.113,1,4.113 said=none¦4.311, 1, 4.113⟫, sum ⟪carried said=right¦9.424⟫; weights ⟪carried said=none¦0.457, 0.106, 0.436⟫.</li>
        <li>
          Output: 0.457 &times; [2, 0] + 0.106 &times; [0, 1] + 0.436 &times; [4, 2] &asymp; ⟪carried said=right¦[2.66, 0.98]⟫.
        </li>
      </ol>
      <Hint color={ACCENT} delay={0.3}>
        Check that the weights sum to 1 &mdash; up to rounding.
      </Hint>
    </Card>
  );
}
