import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "@/ui/Icon";
import classes from "./Composer.module.css";

type CcFieldProps = {
  addresses: string[];
  onChange: (addresses: string[]) => void;
  onClose: () => void;
};

/** Who else gets the reply, address by address. */
export function CcField({ addresses, onChange, onClose }: CcFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const keep = () => {
    const added = typed.split(/[\s,;]+/).filter((address) => /^\S+@\S+$/.test(address));
    if (added.length > 0) onChange([...new Set([...addresses, ...added])]);
    setTyped("");
  };
  return (
    <div className={classes.cc}>
      <span className={classes.ccLabel}>{t("composer.cc")}</span>
      {addresses.map((address) => (
        <span key={address} className={classes.chip}>
          <bdi className="cut">{address}</bdi>
          <button
            type="button"
            aria-label={t("composer.dropCc", { address })}
            onClick={() => onChange(addresses.filter((one) => one !== address))}
          >
            <Icon name="x" size={12} />
          </button>
        </span>
      ))}
      <input
        type="email"
        value={typed}
        aria-label={t("composer.addCc")}
        placeholder={t("composer.addCc")}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked for this field
        autoFocus
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (["Enter", ",", ";", " "].includes(event.key)) {
            event.preventDefault();
            keep();
          } else if (event.key === "Backspace" && !typed) onChange(addresses.slice(0, -1));
        }}
        onBlur={() => {
          keep();
          if (!typed && addresses.length === 0) onClose();
        }}
      />
    </div>
  );
}
