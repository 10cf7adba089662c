import { Menu } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import type { ComposerMode, useDraft } from "../draft";

/** Outside of the first load. */
const DraftVersionsDialog = lazy(async () => {
  const { DraftVersionsDialog } = await import("./DraftVersionsDialog");
  return { default: DraftVersionsDialog };
});

type DraftMenuProps = {
  number: number;
  kind: ComposerMode;
  draft: ReturnType<typeof useDraft>;
};

/** What can be done with what is being written, apart from sending it. */
export function DraftMenu({ number, kind, draft }: DraftMenuProps) {
  const { t } = useTranslation();
  const [showsVersions, setShowsVersions] = useState(false);
  const discard = () => {
    const before = draft.draft;
    draft.discard().catch((error) => {
      draft.put(before);
      toast.show({ message: asProblem(error).message, tone: "bad" });
    });
    const action = { label: t("undo.undo"), run: () => draft.put(before) };
    toast.show({ message: t("draft.discarded"), action });
  };
  return (
    <>
      <Menu position="top-end" width={220}>
        <Menu.Target>
          <IconButton icon="dots" label={t("draft.menu")} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Icon name="clock" />}
            disabled={draft.state !== "saved"}
            onClick={() => setShowsVersions(true)}
          >
            {t("draft.versions")}
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="x" />} onClick={discard}>
            {t("draft.discard")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {showsVersions && (
        <Suspense fallback={null}>
          <DraftVersionsDialog
            number={number}
            kind={kind}
            onClose={() => setShowsVersions(false)}
            onTake={draft.change}
          />
        </Suspense>
      )}
    </>
  );
}
