import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Button, IconButton } from "@/ui/Button";
import { Picker } from "@/ui/Picker";
import { organizationsQuery } from "../api";
import classes from "./OrganizationPicker.module.css";

export type OrganizationRef = { id: number; name: string };

type OrganizationPickerProps = {
  value: OrganizationRef | null;
  /** Said when none is chosen. */
  noneLabel: string;
  onChange: (organization: OrganizationRef | null) => void;
  locked: boolean;
};

/** The organization of a contact, found by its name. */
export function OrganizationPicker(props: OrganizationPickerProps) {
  const { value, noneLabel, onChange, locked } = props;
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState("");
  const [searched] = useDebouncedValue(words, 200);
  const answer = usePages(organizationsQuery(searched));
  const found = answer.data ?? [];
  const pick = (id: string) => {
    const organization = found.find((one) => String(one.id) === id);
    if (organization) onChange({ id: organization.id, name: organization.name });
  };
  return (
    <fieldset className={classes.field}>
      <legend>{t("contacts.organization")}</legend>
      <Picker
        label={t("contacts.chooseOrganization")}
        options={found.map(({ id, name, domains }) => ({
          value: String(id),
          label: name,
          hint: domains.join(", "),
        }))}
        chosen={value ? [String(value.id)] : []}
        onPick={pick}
        onSearch={setWords}
        searching={words !== searched || answer.isFetching}
        opened={opened}
        onOpenedChange={setOpened}
      >
        <Button
          type="button"
          look="line"
          size="l"
          iconAfter="down"
          disabled={locked}
          onClick={() => setOpened(!opened)}
        >
          <bdi className="cut">{value?.name ?? noneLabel}</bdi>
        </Button>
      </Picker>
      {value && !locked && (
        <IconButton
          type="button"
          icon="x"
          size="l"
          label={t("settings.remove", { name: value.name })}
          onClick={() => onChange(null)}
        />
      )}
    </fieldset>
  );
}
