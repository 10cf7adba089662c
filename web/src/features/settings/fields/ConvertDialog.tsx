import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, read, write } from "@/api/client";
import {
  type CustomField,
  customFieldsKey,
  type FieldKind,
  type FieldValues,
} from "@/api/customFields";
import { asProblem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { sentValue } from "@/ui/customFields/valueText";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Form, SelectField, TextField } from "@/ui/Form";
import { useSaved } from "@/ui/saved";
import { draftOf, inputOf } from "./draft";
import { kinds } from "./kinds";
import { Rehearsal } from "./Rehearsal";

type ConvertDialogProps = { field: CustomField; onClose: () => void };

/** Changes a field's type: what becomes of its values is rehearsed and shown before anything is written. */
export function ConvertDialog({ field, onClose }: ConvertDialogProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<FieldKind | "">("");
  const [currency, setCurrency] = useState("EUR");
  const [values, setValues] = useState<FieldValues>({});
  const saved = useSaved();
  const change = changeOf(kind, currency, values);
  const rehearsal = useRehearsal(field, change);
  const report = change === null ? undefined : rehearsal.data;
  const isReady = report !== undefined && report.refused === 0 && !rehearsal.isPlaceholderData;
  const convert = async () => {
    if (!change) return;
    const params = { path: { key: field.key } };
    const body = { ...change, rehearse: false, version: field.version };
    const written = await write(client.POST("/api/v1/custom-fields/{key}/type", { params, body }));
    const said = { name: field.name, kind: t(`fields.kind.${change.kind}`) };
    const stale = [
      customFieldsKey,
      ["fields"],
      ["ticket"],
      ["tickets"],
      ["contacts"],
      ["organizations"],
    ];
    saved(written, t("fields.converted", said), stale);
    onClose();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t("fields.convertTitle", { name: field.name })}
      width={560}
    >
      <Form onSubmit={convert} label={t("fields.convertTitle", { name: field.name })}>
        {(busy) => (
          <>
            <p>{t("fields.convertHint", { kind: t(`fields.kind.${field.kind}`) })}</p>
            <SelectField
              name="kind"
              label={t("fields.newKind")}
              value={kind}
              data-autofocus
              onChange={(event) => {
                setKind(event.currentTarget.value as FieldKind);
                setValues({});
              }}
              data={[
                { value: "", label: t("fields.chooseKind"), disabled: true },
                ...kinds
                  .filter((one) => one !== field.kind)
                  .map((one) => ({ value: one, label: t(`fields.kind.${one}`) })),
              ]}
            />
            {kind === "money" && (
              <TextField
                name="currency"
                label={t("fields.currency")}
                maxLength={3}
                value={currency}
                onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
              />
            )}
            {change !== null && rehearsal.error && (
              <p role="alert">{asProblem(rehearsal.error).message}</p>
            )}
            {report && change && (
              <Rehearsal
                report={report}
                target={{
                  ...inputOf({ ...draftOf(field), kind: change.kind, currency, pattern: "" }),
                  options: report.options,
                }}
                values={values}
                onChange={setValues}
              />
            )}
            <DialogActions>
              <span className="grow" />
              <Button type="button" size="l" onClick={onClose}>
                {t("dialog.cancel")}
              </Button>
              <Button type="submit" size="l" look="gold" busy={busy} disabled={!isReady}>
                {t("fields.convert")}
              </Button>
            </DialogActions>
          </>
        )}
      </Form>
    </Dialog>
  );
}

/** What is asked for; null while it is not whole. */
function changeOf(kind: FieldKind | "", currency: string, values: FieldValues) {
  if (kind === "" || (kind === "money" && currency.length !== 3)) return null;
  const sent = Object.fromEntries(
    Object.entries(values).map(([text, value]) => [text, sentValue(value)]),
  );
  return { kind, values: sent, ...(kind === "money" ? { currency } : {}) };
}

/** What would become of the values; asked again whenever what is said of them changes. */
function useRehearsal(field: CustomField, change: ReturnType<typeof changeOf>) {
  return useQuery({
    // Not among the fields: what renews these must not rehearse once more what was just done.
    queryKey: ["custom-field-rehearsal", field.key, field.version, change] as const,
    queryFn: ({ signal }) => {
      if (!change) throw new Error("nothing is asked for");
      const params = { path: { key: field.key } };
      return read(
        client.POST("/api/v1/custom-fields/{key}/type", {
          params,
          body: { ...change, rehearse: true },
          signal,
        }),
      );
    },
    enabled: change !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
