import { useMayRead } from "@/api/access";
import { type NavigationEntry, useFeatures } from "../feature";

/** The places of the desk that the person signed in may open. */
export function useNavigation(): NavigationEntry[] {
  const mayRead = useMayRead();
  const entries = useFeatures().flatMap(({ navigation }) => navigation ?? []);
  return entries.filter(({ parts }) => !parts || parts.some(mayRead));
}
