import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { customFieldsQuery, type FieldEntity, fieldsOf } from "@/api/customFields";
import { valueText } from "@/ui/customFields/valueText";
import { SideSection } from "./SideSection";
import classes from "./Values.module.css";

type ValuesProps = {
  entity: FieldEntity;
  of: { external_id: string | null; fields: Record<string, unknown> };
};

/** The values of custom fields in their order, and what another system calls it; those without one are left out. */
export function Values({ entity, of }: ValuesProps) {
  const { t } = useTranslation();
  const fields = fieldsOf(useQuery(customFieldsQuery).data, entity);
  const said = fields
    .map((field) => ({
      key: field.key,
      name: field.name,
      text: valueText(field, of.fields[field.key], t("customFields.yes"), t("customFields.no")),
    }))
    .filter(({ text }) => text);
  if (of.external_id) {
    said.push({ key: "", name: t("contactPage.externalId"), text: of.external_id });
  }
  if (said.length === 0) return null;
  return (
    <SideSection title={t("contactPage.fields")}>
      <dl className={classes.values}>
        {said.map(({ key, name, text }) => (
          <div key={key}>
            <dt>
              <bdi>{name}</bdi>
            </dt>
            <dd>
              <bdi>{text}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </SideSection>
  );
}
