import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "@/ui/Icon";
import classes from "./SearchField.module.css";
import { useSettingsSearch } from "./search";

const WAIT_MS = 200;

/** Searches the list; the words stand in the address. */
export function SearchField() {
  const { t } = useTranslation();
  const { q, search } = useSettingsSearch();
  const [words, setWords] = useState(q);
  const searchSoon = useDebouncedCallback(search, WAIT_MS);
  return (
    <label className={classes.search}>
      <Icon name="search" />
      <input
        type="search"
        value={words}
        placeholder={t("settings.search")}
        aria-label={t("settings.search")}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          searchSoon(event.currentTarget.value);
        }}
      />
    </label>
  );
}
