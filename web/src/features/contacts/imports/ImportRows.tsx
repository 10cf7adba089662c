import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { customFieldsQuery, fieldsOf } from "@/api/customFields";
import { usePages } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { contactKeys } from "../keys";
import {
  type ContactImport,
  changeRow,
  type IfAlike,
  type ImportEntity,
  type ImportedRow,
  importRowsQuery,
} from "./api";
import { choices } from "./choices";
import classes from "./ImportRows.module.css";

/** Each row with what would become of it as things stand now, or what has. */
export function ImportRows({ one }: { one: ContactImport }) {
  const { t } = useTranslation();
  const answer = usePages(importRowsQuery(one.id));
  const title = t(one.state === "ready" ? "contactImport.rehearsal" : "contactImport.report");
  return (
    <section className={classes.section} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("contactImport.row")}</th>
              <th scope="col">{t("contactImport.what")}</th>
              <th scope="col">{t(`contactImport.of.${one.entity}.record`)}</th>
              <th scope="col">{t("contactImport.differences")}</th>
            </tr>
          </thead>
          <tbody>
            {answer.data?.map((row) => (
              <Row key={row.number} row={row} one={one} />
            ))}
          </tbody>
        </table>
      </div>
      {answer.hasNextPage && (
        <Button busy={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>
          {t("contactPage.more")}
        </Button>
      )}
    </section>
  );
}

type RecordLinkProps = { entity: ImportEntity; id: string; children: ReactNode };

/** Leads to the page of what a row became. */
function RecordLink({ entity, id, children }: RecordLinkProps) {
  const common = { search: {}, className: classes.link, children };
  return entity === "contact" ? (
    <Link to="/desk/contacts/$contactId" params={{ contactId: id }} {...common} />
  ) : (
    <Link to="/desk/organizations/$organizationId" params={{ organizationId: id }} {...common} />
  );
}

function Row({ row, one }: { row: ImportedRow; one: ContactImport }) {
  const { t } = useTranslation();
  const custom = fieldsOf(useQuery(customFieldsQuery).data, one.entity);
  const nameOf = (field: string) =>
    custom.find(({ key }) => `field.${key}` === field)?.name ??
    t(`contactImport.fields.${field as "name"}`);
  const { contact } = row;
  return (
    <tr data-outcome={row.outcome}>
      <td>{row.number}</td>
      <td className={classes.outcome}>{t(`contactImport.outcome.${row.outcome}`)}</td>
      <td className={classes.words}>
        {contact ? (
          <RecordLink entity={one.entity} id={String(contact.id)}>
            <bdi>{contact.name}</bdi>
          </RecordLink>
        ) : (
          <bdi>{row.cells.filter(Boolean).slice(0, 2).join(", ")}</bdi>
        )}
        {row.alike && (
          <p className={classes.quiet}>
            {t("contactImport.looksLike", { name: row.alike.name })}
            {one.state === "ready" && <Choice row={row} one={one} />}
          </p>
        )}
      </td>
      <td className={classes.words}>
        {Object.entries(row.differences).map(([field, [before, after]]) => (
          <p key={field}>
            <span className={classes.quiet}>{nameOf(field)}</span> <del>{before}</del>{" "}
            <ins>{after}</ins>
          </p>
        ))}
        {row.notices.map((notice) => (
          <p key={notice} className={classes.wrong}>
            {notice}
          </p>
        ))}
      </td>
    </tr>
  );
}

function Choice({ row, one }: { row: ImportedRow; one: ContactImport }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const choose = async (choice: IfAlike | null) => {
    try {
      await changeRow(one.id, row.number, choice);
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
    await queryClient.invalidateQueries({ queryKey: contactKeys.imports });
  };
  return (
    <select
      className={classes.select}
      aria-label={t("contactImport.alikeRow", { row: String(row.number) })}
      value={row.if_alike ?? ""}
      onChange={(event) => void choose((event.currentTarget.value || null) as IfAlike | null)}
    >
      <option value="">{t("contactImport.asOthers")}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {t(`contactImport.of.${one.entity}.alike.${choice}`)}
        </option>
      ))}
    </select>
  );
}
