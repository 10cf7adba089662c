import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { resolutionsQuery } from "@/api/directory";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import classes from "./ResolutionDialog.module.css";

/** Asks why a ticket is resolved: arrows choose, Enter resolves, Escape leaves it as it is. */
export function ResolutionDialog({ onAnswer }: { onAnswer: (key: string | null) => void }) {
  const { t } = useTranslation();
  const known = useQuery(resolutionsQuery).data ?? [];
  const offered = known.filter((one) => one.active);
  const [picked, setPicked] = useState<string>();
  const chosen = picked ?? offered[0]?.key;
  return (
    <Dialog opened onClose={() => onAnswer(null)} title={t("resolution.why")} width={440}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen) onAnswer(chosen);
        }}
      >
        <fieldset className={classes.list}>
          <legend className="vh">{t("resolution.why")}</legend>
          {offered.map((one) => (
            <label key={one.key} className={classes.reason}>
              <input
                type="radio"
                name="resolution"
                value={one.key}
                checked={one.key === chosen}
                onChange={() => setPicked(one.key)}
                data-autofocus={one.key === offered[0]?.key || undefined}
              />
              <span>
                <bdi>{one.name}</bdi>
                {one.description && (
                  <small className={classes.hint} dir="auto">
                    {one.description}
                  </small>
                )}
              </span>
            </label>
          ))}
        </fieldset>
        <DialogActions>
          <Button type="button" size="l" onClick={() => onAnswer(null)}>
            {t("dialog.cancel")}
          </Button>
          <Button type="submit" size="l" look="gold" disabled={!chosen}>
            {t("resolution.confirm")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
