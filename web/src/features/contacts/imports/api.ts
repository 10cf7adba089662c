import { queryOptions } from "@tanstack/react-query";
import { client, read, write } from "@/api/client";
import type { components } from "@/api/generated/schema";
import { pagesQuery } from "@/api/pages";
import { contactKeys } from "../keys";

type Schemas = components["schemas"];
export type ContactImport = Schemas["ContactImport"];
export type ImportedRow = Schemas["ImportedRow"];
export type ImportEntity = ContactImport["entity"];
export type IfAlike = ContactImport["if_alike"];

export const importsQuery = queryOptions({
  queryKey: [...contactKeys.imports, "list"],
  queryFn: async () => (await read(client.GET("/api/v1/contact-imports"))).items,
});

export function importQuery(import_id: number) {
  return queryOptions({
    queryKey: [...contactKeys.imports, import_id],
    queryFn: () =>
      read(client.GET("/api/v1/contact-imports/{import_id}", { params: { path: { import_id } } })),
  });
}

/** Rows with what becomes of them, or has. */
export function importRowsQuery(import_id: number) {
  return pagesQuery<ImportedRow>([...contactKeys.imports, import_id, "rows"], (cursor) =>
    read(
      client.GET("/api/v1/contact-imports/{import_id}/rows", {
        params: { path: { import_id }, query: { limit: 50, cursor } },
      }),
    ),
  );
}

export function uploadImport(file: File, entity: ImportEntity) {
  const form = new FormData();
  form.append("file", file, file.name);
  return write(
    client.POST("/api/v1/contact-imports", {
      params: { query: { entity } },
      // The type says a text, the form carries the file.
      body: { file: "" },
      bodySerializer: () => form,
    }),
  );
}

export function changeImport(import_id: number, body: Schemas["ImportChange"]) {
  return write(
    client.PATCH("/api/v1/contact-imports/{import_id}", { params: { path: { import_id } }, body }),
  );
}

export function changeRow(import_id: number, row_number: number, if_alike: IfAlike | null) {
  return write(
    client.PATCH("/api/v1/contact-imports/{import_id}/rows/{row_number}", {
      params: { path: { import_id, row_number } },
      body: { if_alike },
    }),
  );
}

export function startImport(import_id: number) {
  return write(
    client.POST("/api/v1/contact-imports/{import_id}/start", { params: { path: { import_id } } }),
  );
}
