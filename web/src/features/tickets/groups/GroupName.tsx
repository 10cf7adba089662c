import { useTranslation } from "react-i18next";
import { common } from "@/locales/en/common";
import { tickets } from "@/locales/en/tickets";
import { PriorityIcon, StatusIcon, TeamSquare } from "@/ui/TicketIcons";
import { ownKeyOf, useFieldWord, useOwnFields } from "@/ui/ticketColumns/fieldWords";
import type { TicketGroup } from "./api";
import classes from "./GroupName.module.css";

type GroupNameProps = { by: string; group: TicketGroup | undefined };

/** What a group is called: the name of who or what it is, a choice in words, or that it has no value. */
export function GroupName({ by, group }: GroupNameProps) {
  const { t } = useTranslation();
  const wordOf = useFieldWord([by]);
  const choiceOf = useChoice(by);
  if (!group) return null;
  const { value, name, color, category } = group;
  if (value === null) return <span>{t("groups.without", { field: wordOf(by) })}</span>;
  const choice = choiceOf(value);
  const paint = color ?? choice.color;
  return (
    <>
      {by === "team" && color && <TeamSquare color={color} />}
      {category && <StatusIcon category={category} color={color ?? undefined} />}
      {by === "priority" && <PriorityIcon priority={value as "low"} labelled={false} />}
      {paint && by !== "team" && !category && (
        <span className={classes.dot} style={{ background: paint }} />
      )}
      <bdi className="cut">{name ?? choice.word}</bdi>
    </>
  );
}

type Choice = { word: string; color?: string | null };

/** The words of a field's choices: those of the product, of a custom field, or of yes and no. */
function useChoice(by: string): (value: string) => Choice {
  const { t } = useTranslation();
  const own = useOwnFields([by])?.find(({ key }) => key === ownKeyOf(by));
  return (value) => {
    const option = own?.options.find(({ key }) => key === value);
    if (option) return { word: option.name, color: option.color };
    if (value === "true" || value === "false") {
      return { word: t(value === "true" ? "groups.yes" : "groups.no") };
    }
    const word = wordsOf[by]?.[value as "low"];
    return { word: word ? t(word) : value };
  };
}

const keysOf = <const K extends string>(under: K, values: object) =>
  Object.fromEntries(Object.keys(values).map((value) => [value, `${under}.${value}`]));

/** Where the words of the product's own choices stand in the catalogue, by field. */
const wordsOf: Record<string, Record<string, WordKey>> = {
  priority: keysOf("priority.name", common.priority.name),
  type: keysOf("type", common.type),
  category: keysOf("category", common.category),
  channel: keysOf("ticket.channelName", tickets.ticket.channelName),
} as Record<string, Record<string, WordKey>>;
type WordKey = "type.task";
