import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { BrandMark, Wordmark } from "@/ui/Brand";
import { fitsAsMark, Logo } from "@/ui/Logo";

/** What stands in the desk's corner: the workspace's logo, or the product's mark and name. */
export function DeskLogo({ small = false }: { small?: boolean }) {
  const { t } = useTranslation();
  const { logo, name } = useMe().workspace;
  if (!logo) return <Wordmark small={small} />;
  const label = t("desk.logo", { name });
  if (!small) return <Logo logo={logo} name={label} maxWidth={190} maxHeight={32} />;
  return fitsAsMark(logo) ? (
    <Logo logo={logo} name={label} maxWidth={40} maxHeight={28} />
  ) : (
    <Wordmark small />
  );
}

/** The corner of a phone's list. */
export function DeskMark({ size }: { size: number }) {
  const { logo } = useMe().workspace;
  if (!logo) return <BrandMark size={size} />;
  return <Logo logo={logo} name="" maxWidth={96} maxHeight={size + 4} />;
}
