import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, write } from "@/api/client";
import {
  type CustomField,
  customFieldsKey,
  customFieldsQuery,
  type FieldEntity,
} from "@/api/customFields";
import { asProblem } from "@/api/problem";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { toast } from "@/lib/toast";
import { IconButton } from "@/ui/Button";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Row } from "@/ui/Row";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { useSaved } from "@/ui/saved";
import { ConvertDialog } from "./ConvertDialog";
import { FieldDialog } from "./FieldDialog";
import { entities, iconOfKind } from "./kinds";

const PERMISSION = "settings:fields:edit";

/** The custom fields of tickets, contacts and organizations, each kind of record in its order. */
export function FieldsPage() {
  const { t } = useTranslation();
  const { opened, open, close } = useSettingsSearch();
  const locked = useLocked(PERMISSION);
  const answer = useQuery(customFieldsQuery);
  const [converted, setConverted] = useState<string | null>(null);
  const turned = answer.data?.find((field) => field.key === converted);
  const edited = answer.data?.find((field) => String(field.id) === opened);
  const reload = async () =>
    (await answer.refetch()).data?.find((field) => field.key === edited?.key);
  return (
    <Page
      section="fields"
      permission={PERMISSION}
      add={{ label: t("fields.add"), onAdd: () => open("new") }}
    >
      {!answer.data && answer.error && (
        <ErrorState error={answer.error} onRetry={() => void answer.refetch()} />
      )}
      {answer.isPending && <Skeleton rows={5} height={52} />}
      {answer.data?.length === 0 && (
        <EmptyState icon="rows" title={t("fields.empty")} hint={t("fields.emptyHint")} />
      )}
      {entities.map((entity) => (
        <FieldList
          key={entity}
          entity={entity}
          fields={(answer.data ?? []).filter((field) => field.entity === entity)}
          locked={locked}
          onOpen={open}
        />
      ))}
      {opened === "new" && !locked && <FieldDialog locked={false} onClose={close} />}
      {edited && (
        <FieldDialog
          key={edited.key}
          field={edited}
          locked={locked}
          onReload={reload}
          onConvert={() => {
            setConverted(edited.key);
            close();
          }}
          onClose={close}
        />
      )}
      {turned && <ConvertDialog field={turned} onClose={() => setConverted(null)} />}
    </Page>
  );
}

type FieldListProps = {
  entity: FieldEntity;
  fields: readonly CustomField[];
  locked: boolean;
  onOpen: (id: number) => void;
};

function FieldList({ entity, fields, locked, onOpen }: FieldListProps) {
  const { t } = useTranslation();
  if (fields.length === 0) return null;
  return (
    <Card title={t(`fields.entity.${entity}`)}>
      <ul>
        {fields.map((field) => (
          <Row
            key={field.key}
            sign={<Icon name={iconOfKind[field.kind]} />}
            name={field.name}
            hint={hintOf(field, t)}
            faded={!field.active}
            end={!locked && <Moves field={field} fields={fields} />}
            onOpen={() => onOpen(field.id)}
          />
        ))}
      </ul>
    </Card>
  );
}

function hintOf(field: CustomField, t: TFunction): string {
  const required = field.required_on.map((one) => t(`fields.requiredOn.${one}`));
  return [
    t(`fields.kind.${field.kind}`),
    field.key,
    ...(required.length > 0 ? [t("fields.requiredHint", { when: required.join(", ") })] : []),
    ...(field.active ? [] : [t("fields.outOfUse")]),
  ].join(" · ");
}

/** Moves a field one place up or down, as one change with an undo. */
function Moves({ field, fields }: { field: CustomField; fields: readonly CustomField[] }) {
  const { t } = useTranslation();
  const saved = useSaved();
  const place = fields.indexOf(field);
  const move = async (to: number) => {
    const keys = fields.map((one) => one.key);
    keys.splice(to, 0, ...keys.splice(place, 1));
    const body = { entity: field.entity, keys };
    try {
      const written = await write(client.PUT("/api/v1/custom-fields/order", { body }));
      saved(written, t("fields.moved", { name: field.name }), [customFieldsKey]);
    } catch (error) {
      toast.show({ message: asProblem(error).message });
    }
  };
  return (
    <>
      <IconButton
        icon="up"
        label={t("fields.up", { name: field.name })}
        disabled={place === 0}
        onClick={() => void move(place - 1)}
      />
      <IconButton
        icon="down"
        label={t("fields.down", { name: field.name })}
        disabled={place === fields.length - 1}
        onClick={() => void move(place + 1)}
      />
    </>
  );
}
