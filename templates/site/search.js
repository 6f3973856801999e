/* Pages whose title holds what is searched for come first; the other figures are those of Sphinx. */
var Scorer = {
  score: ([_document, title, _anchor, _description, score]) => {
    const query = new URLSearchParams(window.location.search).get("q") || "";
    return title.toLowerCase().includes(query.toLowerCase().trim()) ? score + 20 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

/* Chinese is written without blanks: a query is taken apart into the longest words that the index knows. */
var splitQuery = (query) =>
  (query.match(/[\p{Script=Han}]+|[\p{Letter}\p{Number}_]+/gu) || []).flatMap((piece) =>
    /\p{Script=Han}/u.test(piece) ? knownWords(piece) : [piece],
  );

var knownWords = (text) => {
  const isKnown = (word) => Object.hasOwn(Search._index.terms, word) || Object.hasOwn(Search._index.titleterms, word);
  const found = [];
  for (let start = 0; start < text.length; ) {
    let end = text.length;
    while (end > start + 1 && !isKnown(text.slice(start, end))) end--;
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
};
