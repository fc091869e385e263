"""Word lists that generated records are made of."""

from __future__ import annotations

_LISTS = {
    "first_names": """
        Ada Amara Anders Anika Arjun Astrid Aylin Beatriz Bram Carla Cedric Chidi Clara Dario Dilek Edda Eero Elena
        Emil Esra Farah Felix Fiona Gael Greta Hana Hugo Ida Imani Ines Ivo Jana Jasper Jon Juno Kai Kamala Karim
        Lars Leila Liam Lina Luca Maja Malik Mara Mateo Mei Milan Mina Nadia Naomi Nils Noor Olga Omar Otto Paula
        Pia Quentin Rania Ravi Rosa Ruben Sami Sana Selma Sven Tara Theo Tilda Uma Vera Viktor Wanda Yara Yusuf Zoe
    """,
    "last_names": """
        Abara Adler Aksoy Almeida Andersen Bauer Becker Bianchi Blom Brandt Castro Chen Costa Dahl Demir Diaz Dubois
        Eriksen Farah Fischer Fontaine Garcia Gruber Haddad Hansen Hoffmann Ito Ivanova Jansen Jensen Kaya Keller
        Khan Kim Kovacs Kowalski Larsen Laurent Lehmann Lindqvist Lopez Maier Marino Martin Mendes Moreau Nakamura
        Nguyen Novak Okafor Olsen Ortiz Patel Peeters Petrov Popescu Ramos Rao Reyes Ricci Rossi Said Santos Schmidt
        Silva Singh Sokolov Suzuki Svensson Tanaka Toth Vargas Visser Vogel Wagner Weber Wolf Yilmaz Zhang Zimmer
    """,
    "cities": """
        Aarhus Antwerp Bergen Bilbao Bologna Bremen Brno Cork Dresden Gdansk Genoa Ghent Graz Krakow Leeds Leiden
        Lille Linz Lyon Malmo Nantes Odense Porto Riga Tampere Turin Utrecht Valencia Vilnius Zagreb
    """,
    "company_words": """
        Alder Amber Anchor Aspen Beacon Birch Bluebell Bridge Cedar Clover Copper Coral Falcon Fern Granite Harbor
        Hazel Heron Juniper Lantern Linden Maple Marble Meadow Olive Orchard Pebble Pine Quartz Raven Ridge River
        Saffron Sable Slate Sparrow Thistle Timber Willow Yarrow
    """,
    "trades": """
        Bakery Books Cycles Foods Furniture Gardens Goods Interiors Outfitters Sports Supplies Textiles Toys Trading
    """,
}


def words(name: str) -> list[str]:
    """A word list by name. Raises KeyError when there is none."""
    return _LISTS[name].split()


def list_names() -> list[str]:
    """The names of all lists."""
    return sorted(_LISTS)
