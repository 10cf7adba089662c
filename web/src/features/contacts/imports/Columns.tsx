import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { customFieldsQuery, fieldsOf } from "@/api/customFields";
import { usePages } from "@/api/pages";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { contactKeys } from "../keys";
import { type ContactImport, changeImport, type IfAlike, importRowsQuery } from "./api";
import classes from "./Columns.module.css";
import { choices } from "./choices";

const fields = {
  contact: [
    "",
    "name",
    "email",
    "phone",
    "organization",
    "external_id",
    "language",
    "time_zone",
    "vip",
    "note",
  ],
  organization: ["", "name", "domain", "external_id", "language", "time_zone", "vip", "note"],
} as const;

/** Which field of the record each column is, and what becomes of rows that look like a known one. */
export function Columns({ one }: { one: ContactImport }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [first] = usePages(importRowsQuery(one.id)).data ?? [];
  const change = async (body: Parameters<typeof changeImport>[1]) => {
    try {
      await changeImport(one.id, body);
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    }
    await queryClient.invalidateQueries({ queryKey: contactKeys.imports });
  };
  const custom = fieldsOf(useQuery(customFieldsQuery).data, one.entity);
  const { entity } = one;
  const map = (place: number, field: string) =>
    void change({ mapping: one.mapping.with(place, field) });
  return (
    <section className={classes.section} aria-label={t("contactImport.columns")}>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("contactImport.column")}</th>
              <th scope="col">{t("contactImport.first")}</th>
              <th scope="col">{t(`contactImport.of.${entity}.field`)}</th>
            </tr>
          </thead>
          <tbody>
            {one.columns.map((column, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name, and they never move
              <tr key={place}>
                <th scope="row">
                  <bdi>{column}</bdi>
                </th>
                <td className={classes.sample}>
                  <bdi>{first?.cells[place]}</bdi>
                </td>
                <td>
                  <select
                    className={classes.select}
                    aria-label={t("contactImport.fieldOf", { column })}
                    value={one.mapping[place]}
                    onChange={(event) => map(place, event.currentTarget.value)}
                  >
                    {fields[entity].map((field) => (
                      <option key={field} value={field}>
                        {t(`contactImport.fields.${field === "" ? "none" : field}`)}
                      </option>
                    ))}
                    {custom.map(({ key, name }) => (
                      <option key={key} value={`field.${key}`}>
                        {name}
                      </option>
                    ))}
                  </select>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <label className={classes.alike}>
        <span>{t(`contactImport.of.${entity}.ifAlike`)}</span>
        <select
          className={classes.select}
          value={one.if_alike}
          onChange={(event) => void change({ if_alike: event.currentTarget.value as IfAlike })}
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {t(`contactImport.of.${entity}.alike.${choice}`)}
            </option>
          ))}
        </select>
        <span className={classes.quiet}>{t(`contactImport.of.${entity}.ifAlikeHint`)}</span>
      </label>
    </section>
  );
}
