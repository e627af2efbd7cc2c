"""Made-up names for the demo company, drawn from many cultures so that pages meet the names that people have."""

import random
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """Given and family names that belong together; `weight` is how often this group is drawn."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    weight: int


def _culture(weight: int, given: str, family: str) -> Culture:
    return Culture(tuple(given.split(", ")), tuple(family.split(", ")), weight)


CULTURES = (
    _culture(
        6,
        "Alice, Ben, Charlotte, Daniel, Ellie, Fraser, Grace, Harry, Imogen, Jack, Keira, Liam, Megan, Noah, Olivia, "
        "Poppy, Rhys, Sophie, Tom, Zoë",
        "Ashworth, Barlow, Carter, Davies, Ellis, Fletcher, Greenwood, Hughes, Ingham, Jones, Kershaw, Lloyd, "
        "MacDonald, Norris, O’Brien, Pritchard, Rawson, Sutcliffe, Turner, Whitaker",
    ),
    _culture(
        4,
        "Anja, Björn, Clara, Dieter, Elif, Franziska, Günther, Hannah, Jonas, Katrin, Lukas, Mehmet, Nele, Paul, "
        "Sabine, Tobias, Ulrike, Yusuf",
        "Albrecht, Böhm, Demir, Engel, Fuchs, Größer, Hartmann, Jäger, Keller, Lindner, Müller, Neumann, Öztürk, "
        "Peters, Schäfer, Schröder, Vogel, Weiß",
    ),
    _culture(
        4,
        "Agnieszka, Bartosz, Celina, Dawid, Ewa, Grzegorz, Hanna, Jakub, Kasia, Łukasz, Małgorzata, Michał, Oliwia, "
        "Paweł, Stanisław, Zofia",
        "Bąk, Czarnecka, Dąbrowski, Górski, Jabłońska, Kaczmarek, Król, Lis, Mazur, Nowak, Pawlak, Sikora, Szymańska, "
        "Wójcik, Zając, Żak",
    ),
    _culture(
        4,
        "Ana, António, Beatriz, Caio, Diogo, Fernanda, Gonçalo, Inês, João, Leonor, Mafalda, Rafael, Sofia, Thiago, "
        "Vitória",
        "Almeida, Brandão, Carvalho, Costa, Esteves, Gonçalves, Lourenço, Magalhães, Nóbrega, Pereira, Queirós, "
        "Santos, Simões, Teixeira, Vasconcelos",
    ),
    _culture(
        3,
        "Alejandra, Álvaro, Camila, Diego, Elena, Íñigo, Javier, Lucía, Mateo, Nuria, Pablo, Ximena",
        "Aguilar, Cárdenas, Domínguez, Echeverría, García, Hernández, Ibáñez, Muñoz, Núñez, Ortiz, Peña, Zúñiga",
    ),
    _culture(
        4,
        "Aarav, Ananya, Deepak, Divya, Gurpreet, Harini, Imran, Kavya, Lakshmi, Meera, Nikhil, Priya, Rohan, Sanjay, "
        "Tanvi, Vikram",
        "Agarwal, Banerjee, Chatterjee, Desai, Fernandes, Gupta, Iyer, Joshi, Khan, Menon, Nair, Patel, Rao, Sharma, "
        "Singh, Venkataraman",
    ),
    _culture(
        4,
        "Andrea, Bea, Carlo, Dennis, Erika, Gerald, Ivy, Jericho, Kristine, Liza, Marvin, Noel, Paolo, Rowena, Trisha",
        "Aquino, Bautista, Cruz, Dela Cruz, Evangelista, Flores, Garcia, Lim, Macaraeg, Mendoza, Ocampo, Reyes, "
        "Salonga, Tan, Villanueva",
    ),
    _culture(
        4,
        "Achieng, Amina, Baraka, Chiamaka, Faith, Fatou, Juma, Kwame, Makena, Ngozi, Njeri, Olufemi, Otieno, Thandiwe, "
        "Wanjiru, Zawadi",
        "Abiodun, Boateng, Chebet, Diallo, Eze, Kamau, Kariuki, Mensah, Mutua, Mwangi, Ndlovu, Njoroge, Obi, Odhiambo, "
        "Okonkwo, Wekesa",
    ),
    _culture(
        3,
        "Amélie, Benoît, Chloé, Étienne, Florence, Gaël, Hélène, Jérôme, Léa, Maxime, Noémie, Rémi, Solène, Théo",
        "Beauchêne, Bélanger, Côté, Desrosiers, Fortin, Gagné, Lefèvre, L’Écuyer, Martel, Ouellet, Pelletier, "
        "Thériault, Tremblay, Vaillancourt",
    ),
    _culture(
        3,
        "An, Bao, Fang, Haruto, Hui, Jia, Jun, Linh, Mei, Min-jun, Sakura, Seo-yeon, Wei, Xin, Yan, Yuki",
        "Chen, Huang, Ito, Kim, Li, Liu, Nguyễn, Park, Phạm, Sato, Tanaka, Trần, Wang, Wu, Yamamoto, Zhang",
    ),
    _culture(
        2,
        "Ahmad, Dina, Farid, Hiba, Khalid, Layla, Mariam, Nour, Omar, Rania, Sami, Yasmin",
        "Abdallah, Al-Masri, Barakat, Darwish, El Sayed, Farouk, Haddad, Khoury, Mansour, Nasser, Saleh, Zidan",
    ),
    _culture(
        2,
        "Astrid, Åsa, Eero, Freja, Håkon, Ingrid, Jørgen, Kaisa, Lars, Mikko, Sigrún, Søren",
        "Ångström, Bergström, Dahl, Eriksson, Guðmundsdóttir, Hansen, Hämäläinen, Kjær, Lindqvist, Nygård, Sørensen, "
        "Virtanen",
    ),
)

# Names that pages must cope with, given to fixed people: very long, very short, outside the Latin alphabet.
UNUSUAL = (
    ("Maria Aparecida Conceição", "dos Santos Vasconcelos de Albuquerque e Silva"),
    ("Bo", "Ng"),
    ("Дмитро", "Ковальчук"),
    ("Ελένη", "Παπαδοπούλου"),
)

_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "Ø": "O", "ð": "d", "đ": "d", "æ": "ae", "’": ""})
_WEIGHTS = [culture.weight for culture in CULTURES]


def draw_name(rng: random.Random) -> tuple[str, str]:
    """A given and a family name. In one of fifteen they come from different cultures, as in families they do."""
    culture = rng.choices(CULTURES, _WEIGHTS)[0]
    other = culture if rng.random() > 1 / 15 else rng.choice(CULTURES)
    return rng.choice(culture.given), rng.choice(other.family)


def plain(text: str) -> str:
    """The letters a to z that an e-mail address is made of; empty when the name has none."""
    letters = unicodedata.normalize("NFKD", text.translate(_PLAIN)).lower()
    return "".join(c for c in letters if "a" <= c <= "z")
