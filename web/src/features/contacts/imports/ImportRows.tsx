import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import { contactKeys } from "../keys";
import {
  type ContactImport,
  changeRow,
  type IfAlike,
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
              <th scope="col">{t("contactImport.contact")}</th>
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

function Row({ row, one }: { row: ImportedRow; one: ContactImport }) {
  const { t } = useTranslation();
  const { contact } = row;
  return (
    <tr data-outcome={row.outcome}>
      <td>{row.number}</td>
      <td className={classes.outcome}>{t(`contactImport.outcome.${row.outcome}`)}</td>
      <td className={classes.words}>
        {contact ? (
          <Link
            to="/desk/contacts/$contactId"
            params={{ contactId: String(contact.id) }}
            search={{}}
            className={classes.link}
          >
            <bdi>{contact.name}</bdi>
          </Link>
        ) : (
          <bdi>{row.cells.filter(Boolean).slice(0, 2).join(", ")}</bdi>
        )}
        {row.alike && (
          <p className={classes.quiet}>
            {t("contactImport.looksLike", { name: row.alike.name })}
            {one.state === "ready" && <Choice row={row} importId={one.id} />}
          </p>
        )}
      </td>
      <td className={classes.words}>
        {Object.entries(row.differences).map(([field, [before, after]]) => (
          <p key={field}>
            <span className={classes.quiet}>{t(`contactImport.fields.${field as "name"}`)}</span>{" "}
            <del>{before}</del> <ins>{after}</ins>
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

function Choice({ row, importId }: { row: ImportedRow; importId: number }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const choose = async (choice: IfAlike | null) => {
    try {
      await changeRow(importId, row.number, choice);
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
          {t(`contactImport.alike.${choice}`)}
        </option>
      ))}
    </select>
  );
}
