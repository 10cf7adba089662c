import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "@/api/pages";
import { Page, useLocked } from "@/app/settings/SettingsPage";
import { useSettingsSearch } from "@/app/settings/search";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { ListState } from "@/ui/ListState";
import { Row } from "@/ui/Row";
import { EmptyState } from "@/ui/States";
import { TeamSquare } from "@/ui/TicketIcons";
import { type ManagedTag, managedTagsQuery } from "./api";
import { TagDialog } from "./TagDialog";
import { TagNameDialog } from "./TagNameDialog";

const PERMISSION = "settings:tags:edit";
/** From here on the server says "so many or more". */
const MANY = 1000;

type Naming = { verb: "rename" | "merge"; tag: ManagedTag };

/** All tags of the workspace with how many tickets have each. */
export function TagsPage() {
  const locked = useLocked(PERMISSION);
  const { t } = useTranslation();
  const { open } = useSettingsSearch();
  return (
    <Page
      section="tags"
      searchable
      permission={PERMISSION}
      add={{ label: t("tags.add"), onAdd: () => open("new") }}
    >
      {!locked && <Tags />}
    </Page>
  );
}

function Tags() {
  const { t } = useTranslation();
  const { q, opened, close } = useSettingsSearch();
  const answer = usePages(managedTagsQuery(q));
  const [edited, setEdited] = useState<ManagedTag | null>(null);
  const [naming, setNaming] = useState<Naming | null>(null);
  return (
    <>
      <ListState
        answer={answer}
        searched={q !== ""}
        empty={<EmptyState icon="tag" title={t("tags.empty")} hint={t("tags.emptyHint")} />}
        row={(tag) => (
          <Row
            key={tag.name}
            sign={tag.color ? <TeamSquare color={tag.color} /> : <Icon name="tag" />}
            name={tag.name}
            hint={hintOf(tag, t)}
            faded={tag.retired}
            onOpen={() => setEdited(tag)}
            end={
              <>
                <span>{countOf(tag, t)}</span>
                <IconButton
                  icon="pen"
                  label={t("tags.renameTitle", { name: tag.name })}
                  onClick={() => setNaming({ verb: "rename", tag })}
                />
                <IconButton
                  icon="merge"
                  label={t("tags.mergeTitle", { name: tag.name })}
                  onClick={() => setNaming({ verb: "merge", tag })}
                />
              </>
            }
          />
        )}
      />
      {opened === "new" && <TagDialog onClose={close} />}
      {edited && <TagDialog key={edited.name} tag={edited} onClose={() => setEdited(null)} />}
      {naming && <TagNameDialog {...naming} onClose={() => setNaming(null)} />}
    </>
  );
}

function countOf({ tickets }: ManagedTag, t: TFunction): string {
  return tickets < MANY
    ? t("tags.tickets", { count: tickets })
    : t("tags.many", { count: tickets });
}

function hintOf({ description, retired, former }: ManagedTag, t: TFunction): string {
  const parts = [
    retired && t("tags.retired"),
    description,
    former.length > 0 && t("tags.former", { names: former.join(", ") }),
  ];
  return parts.filter(Boolean).join(" · ");
}
