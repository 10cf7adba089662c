import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { useFieldError } from "@/ui/Form";
import { groupedPermissions, permissionText } from "../roles/permissions";
import classes from "./Profile.module.css";

type ScopesFieldProps = {
  /** null: everything that its owner may do, also later. */
  value: string[] | null;
  onChange: (scopes: string[] | null) => void;
};

/** What a token may do: all that its owner may, or some of it. */
export function ScopesField({ value, onChange }: ScopesFieldProps) {
  const { t } = useTranslation();
  const { permissions } = useMe();
  const error = useFieldError("scopes");
  const toggle = (scope: string) =>
    onChange(
      value?.includes(scope) ? value.filter((one) => one !== scope) : [...(value ?? []), scope],
    );
  return (
    <fieldset className={classes.group}>
      <legend>{t("profile.scopes")}</legend>
      <div className={classes.choices}>
        <label className={classes.choice}>
          <input
            type="radio"
            name="scope_kind"
            checked={value === null}
            onChange={() => onChange(null)}
          />
          {t("profile.allScopes")}
        </label>
        <label className={classes.choice}>
          <input
            type="radio"
            name="scope_kind"
            checked={value !== null}
            onChange={() => onChange([])}
          />
          {t("profile.someScopes")}
        </label>
        {value !== null && (
          <div className={classes.scopes}>
            {groupedPermissions(permissions).map(([group, held]) => (
              <fieldset key={group} className={classes.scopeGroup}>
                <legend>{t(`roles.group.${group}`)}</legend>
                {held.map((permission) => (
                  <label key={permission} className={classes.choice} title={permission}>
                    <input
                      type="checkbox"
                      name="scopes"
                      checked={value.includes(permission)}
                      onChange={() => toggle(permission)}
                    />
                    {permissionText(permission, t)}
                  </label>
                ))}
              </fieldset>
            ))}
          </div>
        )}
        {error && (
          <p className={classes.error} role="alert">
            {error}
          </p>
        )}
      </div>
    </fieldset>
  );
}
