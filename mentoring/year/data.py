"""What `year` keeps, for whom, and how long unless the school says otherwise.

When each school year was ended and by whom, as long as the programme runs.
"""

from mentoring.basics.data_map import AreaData, Table

TABLES = (Table("year_ends", "timetable", "When each school year was ended, and by whom"),)

DATA = AreaData(tables=TABLES)
