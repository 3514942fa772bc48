// A click on a heading sorts its table by that column: numbers as numbers, the rest as text.
for (const heading of document.querySelectorAll("table.sortable th")) {
  heading.addEventListener("click", () => {
    const body = heading.closest("table").tBodies[0];
    const column = heading.cellIndex;
    const up = heading.dataset.up !== "1";
    heading.dataset.up = up ? "1" : "0";
    const key = (row) => {
      const text = (row.cells[column] || { textContent: "" }).textContent.trim();
      const number = parseFloat(text.replace(/^< /, "").replace(/,/g, ""));
      return Number.isNaN(number) ? text : number;
    };
    const order = (a, b) => {
      const [x, y] = [key(a), key(b)];
      if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
      return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1);
    };
    [...body.rows].sort(order).forEach((row) => body.appendChild(row));
  });
}
