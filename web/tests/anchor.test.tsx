import { render } from "@testing-library/react";
import { useRef } from "react";
import { expect, test } from "vitest";
import { shiftOf, useAnchor } from "@/features/tickets/scrollAnchor";

const ROW_PX = 32;
const placesOf = (numbers: number[]) =>
  new Map(numbers.map((number, at) => [`row-${number}`, at * ROW_PX]));

function List({ name = "all", numbers }: { name?: string; numbers: number[] }) {
  const scroll = useRef<HTMLDivElement>(null);
  useAnchor(scroll, name, placesOf(numbers));
  return <div ref={scroll} data-testid="list" />;
}

const many = Array.from({ length: 100 }, (_, at) => at);

/** A list that is scrolled to its eleventh row. */
function scrolled() {
  const { getByTestId, rerender } = render(<List numbers={many} />);
  const list = getByTestId("list");
  list.scrollTop = 10 * ROW_PX;
  rerender(<List numbers={many} />);
  return { list, rerender };
}

test("rows that come before what is looked at do not move it", () => {
  const { list, rerender } = scrolled();
  rerender(<List numbers={[200, 201, ...many]} />);
  expect(list.scrollTop).toBe(12 * ROW_PX);
  rerender(<List numbers={many} />);
  expect(list.scrollTop).toBe(10 * ROW_PX);
});

test("a row in sight that moves to the top does not take the list with it", () => {
  const { list, rerender } = scrolled();
  rerender(<List numbers={[10, ...many.filter((number) => number !== 10)]} />);
  expect(list.scrollTop).toBe(10 * ROW_PX);
  rerender(<List numbers={[90, 10, ...many.filter((number) => ![10, 90].includes(number))]} />);
  expect(list.scrollTop).toBe(11 * ROW_PX);
});

test("at the top the newest rows show", () => {
  const { getByTestId, rerender } = render(<List numbers={many} />);
  rerender(<List numbers={[200, ...many]} />);
  expect(getByTestId("list").scrollTop).toBe(0);
});

test("another list is not moved to where the one before it was", () => {
  const { list, rerender } = scrolled();
  rerender(<List name="mine" numbers={[200, 201, ...many]} />);
  expect(list.scrollTop).toBe(10 * ROW_PX);
});

test("lines that are gone have no say", () => {
  expect(shiftOf(new Map([["row-1", 0]]), new Map())).toBe(0);
});
