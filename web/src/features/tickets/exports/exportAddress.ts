import { readersZone } from "@/lib/timeZone";
import type { TicketSearch } from "../search";
import { queryOf } from "../search";

export type ListFormat = "csv" | "xlsx";

/** The address of the whole list as a file, its columns in order. */
export function listAddress(search: TicketSearch, format: ListFormat, columns: string[]): string {
  const asked = { ...queryOf(search), zone: readersZone(), columns: columns.join(",") };
  return `/api/v1/tickets.${format}?${parametersOf(asked)}`;
}

/** The address of one ticket as a page to print or as an archive. */
export function ticketAddress(
  number: number,
  as: "print" | "bundle",
  options: { notes: boolean; images?: boolean },
): string {
  const zone = as === "print" ? readersZone() : undefined;
  return `/api/v1/tickets/${number}/${as}?${parametersOf({ ...options, zone })}`;
}

function parametersOf(asked: Record<string, string | number | boolean | null | undefined>): string {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== null);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

/** Lets the browser download a file; it goes to the disk as it comes. */
export function downloadFile(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

/** Prints a page of ours that is not shown. */
export function printPage(address: string): void {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.onload = () => {
    const page = frame.contentWindow;
    if (!page) return;
    page.onafterprint = () => frame.remove();
    page.print();
  };
  frame.src = address;
  document.body.append(frame);
}
